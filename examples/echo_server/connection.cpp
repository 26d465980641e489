#include "echo_server/connection.hpp"

#include <cstdio>
#include <string>

#include "posix/entropy.hpp"

namespace echo_server {

using whit::Event;
using whit::Status;

namespace {
constexpr unsigned kStepsPerRun = 64;        // then the other connections have their turn
constexpr std::uint32_t kLookAgainMs = 200;  // at the send deadline, while the peer does not read
}  // namespace

Connection::Connection(const whit::ServerOptions& options, whit::mbedtls::Config* tls)
    : tcp_(whit::MutBytes(rx_)),
      socket_(transport(tls), whit::posix::entropy(), whit::MutBytes(ring_)),
      handshake_(whit::MutBytes(request_), options) {}

whit::Transport& Connection::transport(whit::mbedtls::Config* tls) {
  if (tls == nullptr) return tcp_;
  return tls_.emplace(tcp_, *tls);
}

void Connection::start(int fd, unsigned log_as, whit::Instant now) {
  tcp_.adopt(fd);
  log_as_ = log_as;
  echoing_ = begun_ = leaves_ = deaf_ = open_ = false;
  idle_ = (tls_ && tls_->accept() != Status::ok) || socket_.accept(handshake_, now) != Status::ok;
  if (idle_) socket_.transport().close(whit::How::abort);
}

void Connection::run(whit::Instant now) {
  more_ = !idle_;
  for (unsigned i = 0; i < kStepsPerRun && more_; ++i) more_ = step(now) && !idle_;
}

// False if there is nothing to do now.
bool Connection::step(whit::Instant now) {
  Event event;
  if (!echoing_) {
    const bool news = socket_.poll(now, event);
    if (news) handle(event);
    return news;
  }
  // Nothing is polled while a chunk waits to be echoed: that is the back-pressure, and keeps its view alive.
  if (echo()) return true;
  if (!socket_.flush(now)) {
    echoing_ = false;  // the link is no longer usable; the next poll tells why
    return true;
  }
  if (echo()) return true;
  if (awaits_room()) return false;
  // Sending has failed. To learn why, what was received has to be got out of the way.
  echoing_ = false;
  deaf_ = true;
  return true;
}

// A message that came as one frame goes back as one frame. Not so long text, which may yet turn out not to be UTF-8:
// then our Close could not be sent, as it would have to stand in the middle of the frame.
Status Connection::begin() {
  if (!chunk_.first || begun_) return Status::ok;
  sized_ = chunk_.total < SIZE_MAX / 2 && (chunk_.type == whit::MessageType::binary || chunk_.last);
  const Status status =
      sized_ ? socket_.begin(chunk_.type, static_cast<std::size_t>(chunk_.total)) : socket_.begin(chunk_.type);
  begun_ = status == Status::ok;
  return status;
}

// True when all of the chunk was accepted, or the link takes no more messages.
bool Connection::echo() {
  Status status = begin();
  while (status == Status::ok && !chunk_.data.empty()) {
    std::size_t taken = 0;
    status = socket_.write(chunk_.data, taken);
    chunk_.data = chunk_.data.drop(taken);
  }
  if (status == Status::ok && chunk_.last) status = socket_.end();
  if (status == Status::would_block) return false;
  if (chunk_.last) begun_ = false;
  echoing_ = false;
  leave();
  return true;
}

void Connection::handle(const Event& event) {
  switch (event.type) {
    case Event::Type::open: open_ = true; return log("open");
    case Event::Type::chunk:
      chunk_ = event.chunk;
      echoing_ = !deaf_;
      return;
    case Event::Type::error:
      if (event.http_status != 0) return log("answered with HTTP status", event.http_status);
      return log(std::string(describe(event.error)).c_str());
    case Event::Type::close:
      idle_ = true;
      if (!open_) return;
      return log(event.close.was_clean ? "closed with" : "closed, not cleanly, with", event.close.code);
    default: return;
  }
}

void Connection::log(const char* what, unsigned number) const {
  if (log_as_ == 0) return;
  std::fprintf(stderr, "#%u %s", log_as_, what);
  if (number != 0) std::fprintf(stderr, " %u", number);
  std::fputc('\n', stderr);
}

void Connection::go_away() {
  leaves_ = true;
  leave();
}

// Not within a frame of announced size: nothing is received after close(), so that the frame could never be finished.
void Connection::leave() {
  if (!leaves_ || idle_ || (begun_ && sized_)) return;
  leaves_ = false;
  static_cast<void>(socket_.close(whit::close_code::kGoingAway, "the server goes away"));
}

// Does the transport wait for the peer to read?
bool Connection::awaits_room() const {
  pollfd fds[whit::posix::Tcp::kMaxPollFds];
  const std::size_t n = tcp_.poll_fds(whit::Span<pollfd>(fds));
  return n != 0 && (fds[0].events & POLLOUT) != 0;
}

std::size_t Connection::poll_fds(whit::Span<pollfd> out) const {
  const std::size_t n = tcp_.poll_fds(out);
  // News from a peer that does not read would only wake us for nothing.
  if (echoing_ && n != 0) out[0].events = POLLOUT;
  return n;
}

whit::Deadline Connection::next_deadline(whit::Instant now) const {
  if (more_) return whit::Deadline::immediately();
  // While a chunk waits for room the socket's own deadline is "at once".
  return echoing_ ? whit::Deadline::at(now + kLookAgainMs) : socket_.next_deadline();
}

}  // namespace echo_server
