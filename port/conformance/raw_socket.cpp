#include "raw_socket.hpp"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <utility>

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

RawSocket::RawSocket(int fd) : fd_(fd) {
  if (fd_ >= 0) ::fcntl(fd_, F_SETFL, ::fcntl(fd_, F_GETFL, 0) | O_NONBLOCK);
}

RawSocket::RawSocket(RawSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)), saw_end_(other.saw_end_) {}

RawSocket& RawSocket::operator=(RawSocket&& other) noexcept {
  if (this == &other) return *this;
  close();
  fd_ = std::exchange(other.fd_, -1);
  saw_end_ = other.saw_end_;
  return *this;
}

int RawSocket::release() { return std::exchange(fd_, -1); }

std::size_t RawSocket::send(Bytes bytes) {
  if (fd_ < 0) return 0;
  const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return n > 0 ? static_cast<std::size_t>(n) : 0;
}

std::size_t RawSocket::receive(MutBytes out) {
  if (fd_ < 0 || out.empty()) return 0;
  const ssize_t n = ::recv(fd_, out.data(), out.size(), 0);
  if (n > 0) return static_cast<std::size_t>(n);
  saw_end_ = saw_end_ || n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
  return 0;
}

bool RawSocket::saw_end() {
  std::uint8_t byte = 0;
  if (!saw_end_ && fd_ >= 0) {
    const ssize_t n = ::recv(fd_, &byte, 1, MSG_PEEK);
    saw_end_ = n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
  }
  return saw_end_;
}

void RawSocket::end() {
  if (fd_ >= 0) ::shutdown(fd_, SHUT_WR);
}

void RawSocket::reset() {
  if (fd_ < 0) return;
  const linger none{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  close();
}

void RawSocket::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

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
  pollfd fd{socket_.fd(), POLLIN, 0};
  ::poll(&fd, 1, 2000);
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
