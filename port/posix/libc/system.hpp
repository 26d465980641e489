// The system's own sockets, by its C library.
#pragma once

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#define WHIT_POSIX_IPV6 1

namespace whit::posix {

inline constexpr std::size_t kMaxAddresses = 8;
inline constexpr std::size_t kResolverSlots = 4;

namespace sys {

using ::bind;
using ::close;
using ::connect;
using ::getsockname;
using ::inet_pton;
using ::listen;
using ::poll;
using ::setsockopt;
using ::shutdown;

inline std::uint16_t network_order(std::uint16_t number) { return htons(number); }

inline ssize_t recv(int fd, void* out, std::size_t size) { return ::recv(fd, out, size, 0); }

inline ssize_t send(int fd, const void* data, std::size_t size) {
#if defined(MSG_NOSIGNAL)
  return ::send(fd, data, size, MSG_NOSIGNAL);  // a dead peer is an error code, never SIGPIPE
#else
  return ::send(fd, data, size, 0);  // see SO_NOSIGPIPE in prepare_socket()
#endif
}

inline bool add_flag(int fd, int get, int set, int flag) {
  const int flags = ::fcntl(fd, get, 0);
  if (flags < 0) return false;
  return (flags & flag) != 0 || ::fcntl(fd, set, flags | flag) == 0;
}

inline bool set_non_blocking(int fd) {
  return add_flag(fd, F_GETFD, F_SETFD, FD_CLOEXEC) && add_flag(fd, F_GETFL, F_SETFL, O_NONBLOCK);
}

#if !defined(SOCK_NONBLOCK) || !defined(SOCK_CLOEXEC)
// Non-blocking or closed, with the errno of the cause.
inline int ready_or_closed(int fd) {
  if (fd < 0 || set_non_blocking(fd)) return fd;
  const int code = errno;
  ::close(fd);
  errno = code;
  return -1;
}
#endif

inline int open_tcp(int family) {
#if defined(SOCK_NONBLOCK) && defined(SOCK_CLOEXEC)
  return ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);  // all at once: no gap for a fork
#else
  return ready_or_closed(::socket(family, SOCK_STREAM, 0));
#endif
}

inline int accept_tcp(int listener) {
#if defined(SOCK_NONBLOCK) && defined(SOCK_CLOEXEC)
  return ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
  return ready_or_closed(::accept(listener, nullptr, nullptr));
#endif
}

inline int connect_result(int fd) {
  int code = 0;
  socklen_t size = sizeof code;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno;
}

}  // namespace sys
}  // namespace whit::posix
