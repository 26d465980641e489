#include "echo_server/server.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "echo_server/page.hpp"
#include "posix/clock.hpp"
#include "posix/wait.hpp"

namespace echo_server {

using whit::Deadline;
using whit::Instant;

namespace {

constexpr std::size_t kSpareConnections = 4;    // beyond the limit: for requests, and for those that are turned away
constexpr std::uint32_t kGoingAwayMs = 3000;    // for the closing handshakes at the end
constexpr std::uint32_t kLongestSleepMs = 500;  // a signal may come just before falling asleep
constexpr std::uint32_t kPauseMs = 100;

// The listener takes literals.
std::string address_of(std::string_view host) {
  if (host == "localhost") return "127.0.0.1";
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return std::string(host);
}

}  // namespace

Server::Server(const Options& options) : options_(options) {
  server_options_.subprotocols = whit::Span<const std::string_view>(options.subprotocols);
  server_options_.on_request = &Server::answer;
  server_options_.context = this;
}

std::string Server::configure() {
  const std::size_t count = options_.max_connections + kSpareConnections;
  if (!options_.cert.empty()) {
    std::string problem = secure_.emplace(count).configure(options_.cert, options_.key);
    if (!problem.empty()) return problem;
  }
  whit::mbedtls::Config* tls = secure_ ? &secure_->config() : nullptr;
  for (std::size_t i = 0; i < count; ++i) connections_.push_back(std::make_unique<Connection>(server_options_, tls));
  return {};
}

bool Server::listen() {
  const std::string address = address_of(options_.host);
  // Listening at the literal :: would serve IPv6 only; without an address the listener serves both families.
  if (listener_.listen(address == "::" ? std::string() : address, options_.port) != whit::Status::ok) {
    std::fprintf(
        stderr, "echo_server: cannot listen on %s, port %u: %s\n", address.c_str(), options_.port,
        listener_.error() == whit::Error::name_not_found ? "not an IPv4 or IPv6 address" : std::strerror(errno));
    return false;
  }
  const bool ipv6 = address.find(':') != std::string::npos;
  std::printf("listening on %s://%s%s%s:%u\n", secure_ ? "wss" : "ws", ipv6 ? "[" : "",
              ipv6 ? address.c_str() : std::string(options_.host).c_str(), ipv6 ? "]" : "", listener_.port());
  std::fflush(stdout);
  return true;
}

int Server::run(const volatile std::sig_atomic_t& stop) {
  if (!listen()) return 1;
  while (stop == 0) turn(Deadline::at(whit::posix::now() + kLongestSleepMs));
  listener_.close();
  for (const auto& connection : connections_) connection->go_away();
  const Instant end = whit::posix::now() + kGoingAwayMs;
  while (busy() && !reached(whit::posix::now(), end)) turn(Deadline::at(end));
  return 0;
}

// What each request is told, before it becomes a WebSocket.
whit::Answer Server::answer(void* context, const whit::Request& request) {
  const auto& self = *static_cast<const Server*>(context);
  whit::Answer answer;  // welcome
  if (!request.upgrade) {
    const bool root = request.target == "/" || request.target.substr(0, 2) == "/?";
    answer.status = root ? 200 : 404;
    answer.content_type = root ? "text/html; charset=utf-8" : "text/plain";
    answer.body = root ? kPage : std::string_view("There is a page at / only.\n");
  } else if (self.full()) {
    answer.status = 503;
    answer.fields = "Retry-After: 5\r\n";
    answer.content_type = "text/plain";
    answer.body = "Too many connections: try again later.\n";
  }
  return answer;
}

bool Server::full() const {
  std::size_t open = 0;
  for (const auto& connection : connections_) open += connection->open() ? 1 : 0;
  return open >= options_.max_connections;
}

bool Server::busy() const {
  for (const auto& connection : connections_) {
    if (!connection->idle()) return true;
  }
  return false;
}

// Everything that can be done now, then sleep until there is more.
void Server::turn(Deadline deadline) {
  const Instant now = whit::posix::now();
  bool room = false;
  fds_.clear();
  for (const auto& connection : connections_) {
    if (connection->idle()) accept(*connection, now);
    if (!connection->idle()) connection->run(now);
    if (connection->idle()) {
      room = true;
      continue;
    }
    deadline = Deadline::earlier(deadline, connection->next_deadline(now));
    pollfd fds[whit::posix::Tcp::kMaxPollFds];
    const std::size_t n = connection->poll_fds(whit::Span<pollfd>(fds));
    fds_.insert(fds_.end(), fds, fds + n);
  }
  // With every slot taken, others wait in the backlog.
  const bool listens = room && !pause_ && listener_.fd() >= 0;
  if (listens) fds_.push_back({listener_.fd(), POLLIN, 0});
  if (pause_) deadline = Deadline::earlier(deadline, Deadline::at(now + kPauseMs));
  pause_ = false;
  if (listener_.fd() < 0 && !busy()) return;  // it goes away, and the last connection has ended just now
  whit::posix::wait(whit::Span<pollfd>(fds_), deadline);
  waiting_ = listens && fds_.back().revents != 0;
}

void Server::accept(Connection& connection, Instant now) {
  if (!waiting_) return;
  const int fd = listener_.accept();
  if (fd < 0) {
    waiting_ = false;
    pause_ = errno == EMFILE || errno == ENFILE;
    return;
  }
  connection.start(fd, options_.quiet ? 0 : ++accepted_, now);
}

}  // namespace echo_server
