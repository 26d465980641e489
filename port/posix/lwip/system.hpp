// lwIP's sockets (LWIP_SOCKET), by the names that clash with nobody's. Where lwIP's errno differs from POSIX's, it is
// translated here.
#pragma once

#include "lwip/opt.h"

#if NO_SYS || !LWIP_SOCKET || !LWIP_SOCKET_POLL || !LWIP_IPV4 || !SYS_LIGHTWEIGHT_PROT
#error "needs NO_SYS=0 and LWIP_SOCKET, LWIP_SOCKET_POLL, LWIP_IPV4 and SYS_LIGHTWEIGHT_PROT=1, or use port/lwip"
#endif
#if LWIP_COMPAT_SOCKETS == 1
#error "lwIP's macros connect, send, close and poll rename whit's functions: set LWIP_COMPAT_SOCKETS to 0"
#endif

#include <cstddef>
#include <cstdint>

#include "lwip/errno.h"
#include "lwip/inet.h"
#include "lwip/sockets.h"

#define WHIT_POSIX_IPV6 LWIP_IPV6

namespace whit::posix {

inline constexpr std::size_t kMaxAddresses = 2;  // lwIP's DNS gives one, and MEMP_NUM_NETCONN is small
inline constexpr std::size_t kResolverSlots = 2;

namespace sys {

inline int bind(int fd, const sockaddr* at, socklen_t size) { return ::lwip_bind(fd, at, size); }
inline int close(int fd) { return ::lwip_close(fd); }
inline int connect(int fd, const sockaddr* to, socklen_t size) { return ::lwip_connect(fd, to, size); }
inline int getsockname(int fd, sockaddr* out, socklen_t* size) { return ::lwip_getsockname(fd, out, size); }
inline int inet_pton(int family, const char* text, void* out) { return ::lwip_inet_pton(family, text, out); }
inline int listen(int fd, int backlog) { return ::lwip_listen(fd, backlog); }
inline int setsockopt(int fd, int level, int name, const void* value, socklen_t size) {
  return ::lwip_setsockopt(fd, level, name, value, size);
}
inline int shutdown(int fd, int how) { return ::lwip_shutdown(fd, how); }

inline std::uint16_t network_order(std::uint16_t number) { return lwip_htons(number); }

// lwIP wants no array if there is nothing in it, and then sleeps all the same.
inline int poll(pollfd* fds, nfds_t count, int timeout_ms) {
  return ::lwip_poll(count == 0 ? nullptr : fds, count, timeout_ms);
}

// The error of a link whose last retransmission stayed without an answer is "aborted".
inline ssize_t told(ssize_t n) {
  if (n < 0 && errno == ECONNABORTED) errno = ETIMEDOUT;
  return n;
}
inline ssize_t recv(int fd, void* out, std::size_t size) { return told(::lwip_recv(fd, out, size, 0)); }
inline ssize_t send(int fd, const void* data, std::size_t size) { return told(::lwip_send(fd, data, size, 0)); }

inline bool set_non_blocking(int fd) { return ::lwip_fcntl(fd, F_SETFL, O_NONBLOCK) == 0; }

inline int ready_or_closed(int fd) {
  if (fd < 0 || set_non_blocking(fd)) return fd;
  ::lwip_close(fd);
  errno = EBADF;
  return -1;
}

inline int open_tcp(int family) { return ready_or_closed(::lwip_socket(family, SOCK_STREAM, 0)); }
inline int accept_tcp(int listener) { return ready_or_closed(::lwip_accept(listener, nullptr, nullptr)); }

inline int connect_result(int fd) {
  int code = 0;
  socklen_t size = sizeof code;
  if (::lwip_getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) != 0) return errno;
  if (code == ECONNRESET) return ECONNREFUSED;  // nothing was connected that could have been reset
  return code == ECONNABORTED ? ETIMEDOUT : code;
}

}  // namespace sys
}  // namespace whit::posix
