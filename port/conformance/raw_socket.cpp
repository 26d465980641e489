#include "raw_socket.hpp"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include <cstring>

namespace whit::conformance {
namespace {

struct Name {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_in);
  sockaddr* any() { return reinterpret_cast<sockaddr*>(&storage); }
};

Name loopback(int family, std::uint16_t port) {
  Name name;
  if (family == AF_INET6) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_addr = in6addr_loopback;
    v6.sin6_port = htons(port);
    name.size = sizeof v6;
    std::memcpy(&name.storage, &v6, sizeof v6);
  } else {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    v4.sin_port = htons(port);
    std::memcpy(&name.storage, &v4, sizeof v4);
  }
  return name;
}

}  // namespace

void LibcCalls::unblock(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL, 0) | O_NONBLOCK); }

std::ptrdiff_t LibcCalls::send(int fd, const void* data, std::size_t size) {
  return ::send(fd, data, size, MSG_NOSIGNAL);
}

std::ptrdiff_t LibcCalls::recv(int fd, void* data, std::size_t size) { return ::recv(fd, data, size, 0); }

std::ptrdiff_t LibcCalls::peek(int fd, std::uint8_t& byte) { return ::recv(fd, &byte, 1, MSG_PEEK); }

bool LibcCalls::not_now() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

bool LibcCalls::readable(int fd) {
  pollfd each{fd, POLLIN, 0};
  return ::poll(&each, 1, 2000) == 1;
}

void LibcCalls::end(int fd) { ::shutdown(fd, SHUT_WR); }

void LibcCalls::reset(int fd) {
  const linger none{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

void LibcCalls::close(int fd) { ::close(fd); }

RawListener::RawListener(int family, int backlog, std::uint16_t port)
    : socket_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (!socket_.valid()) return;
  const int on = 1;
  const int small = 16 * 1024;  // inherited by what is accepted: a stall shows after a few kilobytes
  ::setsockopt(socket_.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(socket_.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  ::setsockopt(socket_.fd(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  if (family == AF_INET6) ::setsockopt(socket_.fd(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  Name name = loopback(family, port);
  if (::bind(socket_.fd(), name.any(), name.size) != 0 || ::listen(socket_.fd(), backlog) != 0) {
    socket_.close();
    return;
  }
  ::getsockname(socket_.fd(), name.any(), &name.size);
  in_port_t bound = 0;
  const std::size_t at = family == AF_INET6 ? offsetof(sockaddr_in6, sin6_port) : offsetof(sockaddr_in, sin_port);
  std::memcpy(&bound, reinterpret_cast<const char*>(&name.storage) + at, sizeof bound);
  port_ = ntohs(bound);
}

RawSocket RawListener::accept() { return RawSocket(::accept4(socket_.fd(), nullptr, nullptr, SOCK_CLOEXEC)); }

RawSocket RawListener::wait_accept() {
  socket_.wait_readable();
  return accept();
}

RawSocket connect_raw(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Name name = loopback(AF_INET, port);
  if (fd >= 0 && ::connect(fd, name.any(), name.size) != 0) {
    ::close(fd);
    return RawSocket();
  }
  return RawSocket(fd);
}

RawSocket start_connect(std::uint16_t port) {
  RawSocket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  Name name = loopback(AF_INET, port);
  if (::connect(socket.fd(), name.any(), name.size) != 0 && errno != EINPROGRESS) socket.close();
  return socket;
}

std::uint16_t dead_port(int family) {
  const RawListener taken(family);
  return taken.port();
}

std::size_t open_descriptors() {
  DIR* folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return 0;
  std::size_t count = 0;
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

std::size_t settled_descriptors() {
  std::size_t count = open_descriptors();
  int unchanged = 0;
  for (int i = 0; i < 2000 && unchanged < 20; ++i) {
    ::poll(nullptr, 0, 1);
    const std::size_t next = open_descriptors();
    unchanged = next == count ? unchanged + 1 : 0;
    count = next;
  }
  return count;
}

}  // namespace whit::conformance
