#include "posix/tcp_listener.hpp"

#include "posix/address.hpp"
#include "posix/socket.hpp"
#include "posix/system.hpp"

namespace whit::posix {
namespace {

constexpr int kBacklog = 128;

#if WHIT_POSIX_IPV6
bool set_v6_only(int fd, bool only) {
  const int value = only ? 1 : 0;
  return sys::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &value, sizeof value) == 0;
}
#else
bool set_v6_only(int, bool) { return true; }
#endif

bool bind_and_listen(int fd, const Address& address, bool any) {
  const int on = 1;
  // So that a server can be restarted while connections of the one before still linger. A system without the option
  // (lwIP with SO_REUSE=0) makes it wait.
  if (sys::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 && errno != ENOPROTOOPT) return false;
  if (address.is_v6() && !set_v6_only(fd, !any)) return false;  // "every address" means both families
  return sys::bind(fd, &address.any, address.size()) == 0 && sys::listen(fd, kBacklog) == 0;
}

int open_listener(const Address& address, bool any) {
  int fd = open_socket(address.family());
  if (fd < 0 || bind_and_listen(fd, address, any)) return fd;
  const int code = errno;
  close_socket(fd);
  errno = code;
  return -1;
}

int open_any(std::uint16_t port) {
#if WHIT_POSIX_IPV6
  const int fd = open_listener(Address::wildcard(AF_INET6, port), true);
  if (fd >= 0 || errno == EADDRINUSE || errno == EACCES) return fd;
#endif
  return open_listener(Address::wildcard(AF_INET, port), true);  // a machine without IPv6
}

std::uint16_t local_port(int fd) {
  Address own{};
  socklen_t size = sizeof own;
  return sys::getsockname(fd, &own.any, &size) == 0 ? own.port() : std::uint16_t{0};
}

}  // namespace

Status TcpListener::listen(std::string_view host, std::uint16_t port) {
  if (fd_ >= 0) return Status::invalid_state;
  error_ = Error::none;
  Address address{};
  if (!host.empty() && !parse_literal(host, port, address)) {
    error_ = Error::name_not_found;
    errno = EINVAL;
    return Status::transport_failed;
  }
  fd_ = host.empty() ? open_any(port) : open_listener(address, false);
  if (fd_ < 0) {
    error_ = error_from_errno(errno);
    return Status::transport_failed;
  }
  port_ = local_port(fd_);
  return Status::ok;
}

int TcpListener::accept() {
  if (fd_ < 0) return -1;
  // Whatever is wrong (the peer left, too many descriptors, no memory) may be better next time, and closing the
  // listener over it would be worse. Only a signal and a peer that has gone already are worth another look at once.
  constexpr int kTries = 8;
  for (int i = 0; i < kTries; ++i) {
    const int accepted = sys::accept_tcp(fd_);
    if (accepted >= 0) return accepted;
    if (errno != EINTR && errno != ECONNABORTED) break;
  }
  return -1;
}

void TcpListener::close() {
  close_socket(fd_);
  port_ = 0;
}

}  // namespace whit::posix
