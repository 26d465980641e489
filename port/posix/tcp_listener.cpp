#include "posix/tcp_listener.hpp"

#include <errno.h>

#include "posix/address.hpp"
#include "posix/socket.hpp"

namespace whit::posix {
namespace {

constexpr int kBacklog = 128;

bool bind_and_listen(int fd, const Address& address, bool any) {
  const int on = 1;
  const int v6_only = any ? 0 : 1;  // "every address" means both families
  // So that a server can be restarted while connections of the one before still linger.
  if (::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) return false;
  if (address.family() == AF_INET6 && ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof v6_only) != 0) {
    return false;
  }
  return ::bind(fd, &address.any, address.size()) == 0 && ::listen(fd, kBacklog) == 0;
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
  Address address{};
  address.v6.sin6_family = AF_INET6;
  address.set_port(port);
  const int fd = open_listener(address, true);
  if (fd >= 0 || errno == EADDRINUSE || errno == EACCES) return fd;
  address = {};  // a machine without IPv6
  address.v4.sin_family = AF_INET;
  address.set_port(port);
  return open_listener(address, true);
}

std::uint16_t local_port(int fd) {
  Address own{};
  socklen_t size = sizeof own;
  return ::getsockname(fd, &own.any, &size) == 0 ? own.port() : std::uint16_t{0};
}

int accept_once(int fd) {
#if defined(SOCK_NONBLOCK) && defined(SOCK_CLOEXEC)
  return ::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
  int accepted = ::accept(fd, nullptr, nullptr);
  if (accepted >= 0 && !prepare_socket(accepted)) close_socket(accepted);
  return accepted;
#endif
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
    const int accepted = accept_once(fd_);
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
