#include "posix/tcp.hpp"

#include <cstring>

#include "posix/clock.hpp"
#include "posix/socket.hpp"
#include "posix/system.hpp"
#include "posix/wait.hpp"

namespace whit::posix {
namespace {

constexpr std::uint32_t kResolverRetryMs = 20;  // all slots taken, or a resolver without a descriptor
constexpr std::uint32_t kEarlyDelayMs = 50;     // RFC 8305 3: so long the addresses of one family wait for the other's

}  // namespace

Tcp::Tcp(MutBytes rx_buffer, const TcpOptions& options)
    : buffer_(rx_buffer),
      resolver_(options.resolver != nullptr ? options.resolver : &system_resolver()),
      dialler_(options.attempt_delay_ms, options.attempt_timeout_ms) {}

Status Tcp::connect(std::string_view host, std::uint16_t port) {
  if (phase_ != Phase::idle) return Status::invalid_state;
  error_ = Error::none;
  if (buffer_.empty() || host.empty()) {
    error_ = host.empty() ? Error::name_not_found : Error::out_of_resources;
    return Status::transport_failed;
  }
  AddressList literal;
  if (parse_literal(host, port, literal.items[0])) {
    literal.count = 1;
    dialler_.begin(literal);
    phase_ = Phase::dialling;
    return Status::ok;
  }
  host_ = host;
  port_ = port;
  phase_ = Phase::resolving;
  return Status::ok;
}

void Tcp::adopt(int fd) {
  close(How::abort);
  establish(fd);
  if (!prepare_socket(fd)) fail(error_from_errno(errno));
}

Link Tcp::poll(Instant now) {
  if (phase_ == Phase::resolving) resolve(now);
  if (phase_ == Phase::dialling) dial(now);
  if (reading()) receive();
  reported_ = state();
  return reported_;
}

void Tcp::resolve(Instant now) {
  if (retry_ && !reached(now, retry_at_) && ticket_ == Resolver::kBusy) return;
  retry_ = false;
  if (ticket_ == Resolver::kBusy) start_lookup(now);
  if (ticket_ == Resolver::kBusy) return;

  AddressList found;
  Error error = Error::none;
  if (ended_lookup(now, found, error)) {
    if (error != Error::none && !early_) return fail(error);
    if (error == Error::none) dialler_.begin(found);
    phase_ = Phase::dialling;
    return;
  }
  if (!early_ && resolver_->early(ticket_, found)) {
    early_ = true;
    early_at_ = now + kEarlyDelayMs;
    dialler_.begin(found);
  }
  if (early_ && reached(now, early_at_)) phase_ = Phase::dialling;
}

// Without a descriptor the resolver is asked again after a while.
bool Tcp::ended_lookup(Instant now, AddressList& found, Error& error) {
  if (resolver_->result(ticket_, found, error)) {
    ticket_ = Resolver::kBusy;
    return true;
  }
  retry_ = resolver_->wake_fd(ticket_) < 0;
  retry_at_ = now + kResolverRetryMs;
  return false;
}

// What the lookup still had to say comes behind the addresses that are dialled already.
void Tcp::take_late(Instant now) {
  AddressList found;
  Error error = Error::none;
  if (ended_lookup(now, found, error) && error == Error::none) dialler_.add(found);
}

void Tcp::end_lookup() {
  if (ticket_ != Resolver::kBusy) resolver_->abandon(ticket_);
  ticket_ = Resolver::kBusy;
  retry_ = early_ = false;
}

void Tcp::start_lookup(Instant now) {
  Error error = Error::none;
  ticket_ = resolver_->start(host_, port_, error);
  if (error != Error::none) return fail(error);
  if (ticket_ != Resolver::kBusy) return;
  retry_ = true;
  retry_at_ = now + kResolverRetryMs;
}

void Tcp::dial(Instant now) {
  if (ticket_ != Resolver::kBusy) take_late(now);
  switch (dialler_.poll(now)) {
    case Dialler::Outcome::pending: return;
    case Dialler::Outcome::connected: return establish(dialler_.take());
    case Dialler::Outcome::failed:
      if (ticket_ == Resolver::kBusy) fail(dialler_.error());
      return;
  }
}

void Tcp::establish(int fd) {
  end_lookup();
  fd_ = fd;
  phase_ = Phase::established;
  error_ = Error::none;
}

void Tcp::receive() {
  if (drained_) {  // saves the system call that would only say EAGAIN; once, as a loop need not sleep in between
    drained_ = false;
    return;
  }
  make_room();
  const std::size_t room = buffer_.size() - end_;
  ssize_t n = 0;
  do {
    n = sys::recv(fd_, buffer_.data() + end_, room);
  } while (n < 0 && errno == EINTR);

  if (n > 0) return received(static_cast<std::size_t>(n), room);
  more_ = false;
  // Once sending has failed nothing more can come, and what the kernel still says is not the cause.
  if (send_error_ != Error::none) return fail(send_error_);
  if (n == 0) {
    eof_ = true;
  } else if (!is_not_now(errno)) {
    fail(error_from_errno(errno));
  }
}

void Tcp::received(std::size_t n, std::size_t asked) {
  end_ += n;
  more_ = n == asked || send_error_ != Error::none;
  drained_ = !more_;
}

// The view of rx() has ended with poll(), so the rest may move: rarely, as whoever consumes all never gets here.
void Tcp::make_room() {
  if (end_ < buffer_.size()) return;
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
}

void Tcp::rx_consume(std::size_t n) {
  begin_ += n;
  if (begin_ == end_) begin_ = end_ = 0;
}

std::size_t Tcp::tx(Bytes front) {
  blocked_ = false;
  if (fd_ < 0 || ended_ || send_error_ != Error::none || front.empty()) return 0;
  ssize_t n = 0;
  do {
    n = sys::send(fd_, front.data(), front.size());
  } while (n < 0 && errno == EINTR);

  if (n >= 0) {
    blocked_ = static_cast<std::size_t>(n) < front.size();
    return static_cast<std::size_t>(n);
  }
  if (is_not_now(errno)) {
    blocked_ = true;
    return 0;
  }
  send_error_ = error_from_errno(errno);
  if (eof_) fail(send_error_);
  more_ = true;
  drained_ = false;
  return 0;
}

void Tcp::close(How how) {
  const Link link = state();
  if (how == How::abort || link == Link::idle || link == Link::connecting || link == Link::failed) return reset();
  if (ended_) return;
  ended_ = true;
  blocked_ = false;
  if (fd_ >= 0) sys::shutdown(fd_, SHUT_WR);  // if that fails the link is dead, and poll() will find out why
}

void Tcp::fail(Error error) {
  end_lookup();
  close_socket(fd_);
  dialler_.abort();
  error_ = error;
  phase_ = Phase::established;  // and ended: state() looks at the error
}

void Tcp::reset() {
  end_lookup();
  dialler_.abort();
  close_socket(fd_);
  host_ = {};
  begin_ = end_ = 0;
  phase_ = Phase::idle;
  reported_ = Link::idle;
  error_ = send_error_ = Error::none;
  eof_ = ended_ = blocked_ = more_ = drained_ = false;
}

Link Tcp::state() const {
  if (phase_ == Phase::idle) return Link::idle;
  if (phase_ != Phase::established) return Link::connecting;
  if (begin_ != end_) return Link::up;  // what was received comes before an end and a failure
  if (error_ != Error::none) return Link::failed;
  return eof_ ? Link::eof : Link::up;
}

Error Tcp::error() const {
  const bool told = phase_ == Phase::idle || state() == Link::failed;
  return told ? error_ : Error::none;
}

Deadline Tcp::next_deadline() const {
  if (phase_ == Phase::resolving) return resolving_deadline();
  if (phase_ == Phase::dialling) {
    const Deadline dialling = dialler_.next_deadline();
    return retry_ ? Deadline::earlier(dialling, Deadline::at(retry_at_)) : dialling;
  }
  if (state() != reported_ || (more_ && reading())) return Deadline::immediately();
  return Deadline::never();
}

Deadline Tcp::resolving_deadline() const {
  if (ticket_ == Resolver::kBusy && !retry_) return Deadline::immediately();
  const Deadline again = retry_ ? Deadline::at(retry_at_) : Deadline::never();
  return early_ ? Deadline::earlier(again, Deadline::at(early_at_)) : again;
}

std::size_t Tcp::poll_fds(Span<pollfd> out) const {
  drained_ = false;  // the loop is about to sleep: after that it is worth looking again
  if (out.empty()) return 0;
  if (phase_ == Phase::resolving || phase_ == Phase::dialling) {
    std::size_t count = phase_ == Phase::dialling ? dialler_.poll_fds(out) : 0;
    const int fd = ticket_ == Resolver::kBusy ? -1 : resolver_->wake_fd(ticket_);
    if (fd >= 0 && count < out.size()) out[count++] = {fd, POLLIN, 0};
    return count;
  }
  const int events = (reading() ? POLLIN : 0) | (blocked_ ? POLLOUT : 0);
  // Not asking is not enough: an error or a hang-up is reported unasked, again and again.
  if (fd_ < 0 || events == 0) return 0;
  out[0] = {fd_, static_cast<short>(events), 0};
  return 1;
}

bool Tcp::wait(Deadline deadline) {
  pollfd fds[kMaxPollFds];
  const Span<pollfd> used{fds, poll_fds(fds)};
  if (next_deadline().is_immediate()) return true;
  const Deadline own = next_deadline();
  posix::wait(used, Deadline::earlier(deadline, own));
  for (const pollfd& each : used) {
    if (each.revents != 0) return true;
  }
  if (deadline.is_never()) return true;
  const Instant t = now();
  return deadline.ms_left(t) != 0 || own.ms_left(t) == 0;
}

}  // namespace whit::posix
