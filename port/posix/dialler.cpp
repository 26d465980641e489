#include "posix/dialler.hpp"

#include "posix/socket.hpp"
#include "posix/system.hpp"

namespace whit::posix {
namespace {

Error pending_error(int fd) {
  const int code = sys::connect_result(fd);
  return code == 0 ? Error::none : error_from_errno(code);
}

// A connection to a local port in the ephemeral range at which nobody listens may be given that very port as its own
// end; TCP then connects it to itself.
bool is_self(int fd, const Address& peer) {
  Address own{};
  socklen_t size = sizeof own;
  return sys::getsockname(fd, &own.any, &size) == 0 && own.port() == peer.port() && own.same_host(peer);
}

}  // namespace

void Dialler::begin(const AddressList& addresses) {
  abort();
  addresses_ = addresses;
  addresses_.interleave();
}

void Dialler::add(const AddressList& more) {
  AddressList late = more;
  late.interleave();
  for (std::size_t i = 0; i < late.count; ++i) {
    if (!knows(late.items[i])) addresses_.add(late.items[i]);
  }
}

bool Dialler::knows(const Address& address) const {
  for (std::size_t i = 0; i < addresses_.count; ++i) {
    if (address.same_host(addresses_.items[i]) && address.port() == addresses_.items[i].port()) return true;
  }
  return false;
}

Dialler::Outcome Dialler::poll(Instant now) {
  // Success first: whoever polls late must not count as having waited for too long.
  if (check_attempts()) return Outcome::connected;
  drop_late(now);
  if (start_due(now)) return Outcome::connected;
  if (any_live()) return Outcome::pending;
  if (error_ == Error::none) error_ = Error::name_not_found;  // there was no address at all
  return Outcome::failed;
}

// True if one has connected.
bool Dialler::check_attempts() {
  pollfd fds[kMaxAddresses];
  std::size_t count = 0;
  for (std::size_t i = 0; i < next_; ++i) fds[count++] = {attempts_[i].fd, POLLOUT, 0};
  if (!any_live() || sys::poll(fds, static_cast<nfds_t>(count), 0) <= 0) return false;
  for (std::size_t i = 0; i < count; ++i) {
    if (fds[i].fd < 0 || fds[i].revents == 0) continue;
    Error error = pending_error(fds[i].fd);
    if (error == Error::none && is_self(fds[i].fd, addresses_.items[i])) error = Error::connection_refused;
    if (error == Error::none) {
      winner_ = attempts_[i].fd;
      attempts_[i].fd = -1;
      for (Attempt& other : attempts_) close_socket(other.fd);
      return true;
    }
    lose(attempts_[i], error);
  }
  return false;
}

void Dialler::drop_late(Instant now) {
  if (timeout_ms_ == 0) return;
  for (Attempt& each : attempts_) {
    if (each.fd >= 0 && reached(now, each.started + timeout_ms_)) lose(each, Error::transport_timeout);
  }
}

// True if one connects on the spot.
bool Dialler::start_due(Instant now) {
  while (next_is_due(now)) {
    if (start_next(now)) return true;
  }
  return false;
}

bool Dialler::next_is_due(Instant now) const {
  if (next_ == addresses_.count) return false;
  if (next_ == 0 || attempts_[next_ - 1].fd < 0) return true;
  return reached(now, attempts_[next_ - 1].started + delay_ms_);
}

bool Dialler::start_next(Instant now) {
  const Address& address = addresses_.items[next_];
  Attempt& attempt = attempts_[next_++];
  attempt = {open_socket(address.family()), now};
  if (attempt.fd < 0) {
    note(error_from_errno(errno));
    return false;
  }
  if (sys::connect(attempt.fd, &address.any, address.size()) == 0) return check_attempts();
  // An interrupted connect goes on by itself, as one in progress does.
  if (errno != EINPROGRESS && errno != EINTR) lose(attempt, error_from_errno(errno));
  return false;
}

void Dialler::lose(Attempt& attempt, Error error) {
  close_socket(attempt.fd);
  note(error);
}

void Dialler::note(Error error) {
  // A family without a route must not hide what became of the other.
  if (error_ == Error::none || error_ == Error::host_unreachable) error_ = error;
}

bool Dialler::any_live() const {
  for (const Attempt& each : attempts_) {
    if (each.fd >= 0) return true;
  }
  return false;
}

int Dialler::take() {
  const int fd = winner_;
  winner_ = -1;
  return fd;
}

Deadline Dialler::next_deadline() const {
  Deadline soonest = Deadline::never();
  if (next_ < addresses_.count) {
    if (next_ == 0 || attempts_[next_ - 1].fd < 0) return Deadline::immediately();
    soonest = Deadline::at(attempts_[next_ - 1].started + delay_ms_);
  }
  if (timeout_ms_ == 0) return soonest;
  for (const Attempt& each : attempts_) {
    if (each.fd >= 0) soonest = Deadline::earlier(soonest, Deadline::at(each.started + timeout_ms_));
  }
  return soonest;
}

std::size_t Dialler::poll_fds(Span<pollfd> out) const {
  std::size_t count = 0;
  for (const Attempt& each : attempts_) {
    if (each.fd >= 0 && count < out.size()) out[count++] = {each.fd, POLLOUT, 0};
  }
  return count;
}

void Dialler::abort() {
  for (Attempt& each : attempts_) close_socket(each.fd);
  close_socket(winner_);
  addresses_.count = 0;
  next_ = 0;
  error_ = Error::none;
}

}  // namespace whit::posix
