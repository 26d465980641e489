// echo_server: a WebSocket server that echoes text and binary of any size in constant memory.
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "echo_server/connection.hpp"
#include "echo_server/page.hpp"
#include "posix/clock.hpp"
#include "posix/tcp_listener.hpp"
#include "posix/wait.hpp"

namespace {

using echo_server::Connection;
using whit::Deadline;
using whit::Instant;

constexpr std::size_t kSpareConnections = 4;   // beyond the limit: for those that are told so
constexpr std::uint32_t kGoingAwayMs = 3000;   // for the closing handshakes at the end

constexpr char kUsage[] =
    "usage: echo_server [--host 127.0.0.1] [--port 9001] [--subprotocol P]... [--max-connections N] [--quiet]\n";

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 9001;
  std::vector<std::string_view> subprotocols;
  std::size_t max_connections = 64;
  bool quiet = false;
};

volatile std::sig_atomic_t g_stop = 0;

bool parse_number(const char* text, unsigned long most, unsigned long& value) {
  char* end = nullptr;
  value = std::strtoul(text, &end, 10);
  return *text >= '0' && *text <= '9' && *end == '\0' && value <= most;
}

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--quiet") {
      options.quiet = true;
      continue;
    }
    if (++i == argc) return false;
    unsigned long number = 0;
    if (name == "--host") {
      options.host = argv[i];
    } else if (name == "--port" && parse_number(argv[i], 65535, number)) {
      options.port = static_cast<std::uint16_t>(number);
    } else if (name == "--subprotocol") {
      options.subprotocols.emplace_back(argv[i]);
    } else if (name == "--max-connections" && parse_number(argv[i], 4096, number) && number != 0) {
      options.max_connections = number;
    } else {
      return false;
    }
  }
  return true;
}

class Server {
 public:
  explicit Server(const Options& options) : options_(options) {
    server_options_.subprotocols = whit::Span<const std::string_view>(options.subprotocols);
    server_options_.on_request = &Server::answer;
    server_options_.context = this;
    for (std::size_t i = 0; i < options.max_connections + kSpareConnections; ++i) {
      connections_.push_back(std::make_unique<Connection>(server_options_));
    }
  }

  int run() {
    if (listener_.listen(options_.host, options_.port) != whit::Status::ok) {
      std::fprintf(stderr, "echo_server: cannot listen on %s port %u: %s\n", options_.host.c_str(), options_.port,
                   std::string(describe(listener_.error())).c_str());
      return 1;
    }
    const bool ipv6 = options_.host.find(':') != std::string::npos;
    std::printf("listening on ws://%s%s%s:%u\n", ipv6 ? "[" : "", options_.host.c_str(), ipv6 ? "]" : "",
                listener_.port());
    std::fflush(stdout);
    while (g_stop == 0) turn(Deadline::at(whit::posix::now() + 1000));
    listener_.close();
    for (const auto& connection : connections_) connection->go_away();
    const Instant end = whit::posix::now() + kGoingAwayMs;
    while (busy() != 0 && !reached(whit::posix::now(), end)) turn(Deadline::at(end));
    return 0;
  }

 private:
  static whit::Answer answer(void* context, const whit::Request& request) {
    const auto& self = *static_cast<const Server*>(context);
    whit::Answer answer;
    if (!request.upgrade) {
      const bool root = request.target == "/" || request.target.substr(0, 2) == "/?";
      answer.status = root ? 200 : 404;
      answer.content_type = root ? "text/html; charset=utf-8" : "text/plain";
      answer.body = root ? echo_server::kPage : std::string_view("There is only / here.\n");
    } else if (self.busy() > self.options_.max_connections) {
      answer.status = 503;
      answer.fields = "Retry-After: 5\r\n";
      answer.body = "Too many connections.\n";
    }
    return answer;
  }

  [[nodiscard]] std::size_t busy() const {
    std::size_t n = 0;
    for (const auto& connection : connections_) n += connection->idle() ? 0 : 1;
    return n;
  }

  // Everything that can be done now, then sleep until there is more.
  void turn(Deadline deadline) {
    const Instant now = whit::posix::now();
    bool full = true;
    fds_.clear();
    for (const auto& connection : connections_) {
      if (connection->idle()) accept(*connection, now);
      connection->run(now, options_.quiet);
      if (connection->idle()) {
        full = false;
        continue;
      }
      deadline = Deadline::earlier(deadline, connection->next_deadline(now));
      pollfd fds[whit::posix::Tcp::kMaxPollFds];
      const std::size_t n = connection->tcp().poll_fds(whit::Span<pollfd>(fds));
      fds_.insert(fds_.end(), fds, fds + n);
    }
    // With every slot taken the backlog waits.
    if (!full && listener_.fd() >= 0) fds_.push_back({listener_.fd(), POLLIN, 0});
    whit::posix::wait(whit::Span<pollfd>(fds_), deadline);
    waiting_ = !fds_.empty() && fds_.back().fd == listener_.fd() && fds_.back().revents != 0;
  }

  void accept(Connection& connection, Instant now) {
    if (!waiting_ || listener_.fd() < 0) return;
    const int fd = listener_.accept();
    waiting_ = fd >= 0;
    if (waiting_) connection.start(fd, now);
  }

  const Options& options_;
  whit::ServerOptions server_options_;
  whit::posix::TcpListener listener_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<pollfd> fds_;
  bool waiting_ = false;  // somebody waits to be accepted
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  struct sigaction action {};
  action.sa_handler = [](int) { g_stop = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  Server server(options);
  return server.run();
}
