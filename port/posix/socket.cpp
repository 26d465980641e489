#include "posix/socket.hpp"

#include "posix/system.hpp"

namespace whit::posix {
namespace {

bool set_options(int fd) {
  const int on = 1;
  // A small message must not wait for the acknowledgement of the one before.
  if (sys::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) return false;
#if defined(SO_NOSIGPIPE)
  if (sys::setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on) != 0) return false;
#endif
  return true;
}

}  // namespace

int open_socket(int family) {
  int fd = sys::open_tcp(family);
  const bool ready = fd >= 0 && set_options(fd);
  if (!ready && fd >= 0) {
    const int code = errno;
    close_socket(fd);
    errno = code;
  }
  return fd;
}

bool prepare_socket(int fd) { return sys::set_non_blocking(fd) && set_options(fd); }

void close_socket(int& fd) {
  if (fd < 0) return;
  sys::close(fd);  // never repeated after EINTR: by then the number may belong to somebody else
  fd = -1;
}

bool is_not_now(int code) {
#if EAGAIN != EWOULDBLOCK
  if (code == EWOULDBLOCK) return true;
#endif
  return code == EAGAIN;
}

Error error_from_errno(int code) {
  switch (code) {
    case ECONNREFUSED: return Error::connection_refused;
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE:  // a reset that arrived after the peer's end
      return Error::connection_reset;
    case ETIMEDOUT: return Error::transport_timeout;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
#if defined(EHOSTDOWN)
    case EHOSTDOWN:
#endif
    case EADDRNOTAVAIL:  // no local address can talk to that one
    case EAFNOSUPPORT:   // this machine does not speak that family
      return Error::host_unreachable;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOBUFS: return Error::out_of_resources;
    default: return Error::transport_failed;
  }
}

}  // namespace whit::posix
