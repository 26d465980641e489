// A non-blocking stream socket of the tests' own, whosever sockets they are: Calls has the few functions of a system
// that it takes, called directly and not by way of the code under test.
//
//   void unblock(fd)                      makes it non-blocking
//   std::ptrdiff_t send(fd, data, size)   as in POSIX
//   std::ptrdiff_t recv(fd, data, size)   as in POSIX
//   std::ptrdiff_t peek(fd, byte)         recv() of one byte that stays there
//   bool not_now()                        whether errno says that the last of them would have had to wait
//   bool readable(fd)                     waits for that, two seconds at most
//   void end(fd)                          FIN
//   void reset(fd)                        makes close() send a RST
//   void close(fd)
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "whit/bytes.hpp"

namespace whit::conformance {

template <typename Calls>
class StreamSocket {
 public:
  StreamSocket() = default;
  explicit StreamSocket(int fd) : fd_(fd) {
    if (valid()) Calls::unblock(fd_);
  }
  StreamSocket(StreamSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)), saw_end_(other.saw_end_) {}
  StreamSocket& operator=(StreamSocket&& other) noexcept {
    if (this == &other) return *this;
    close();
    fd_ = std::exchange(other.fd_, -1);
    saw_end_ = other.saw_end_;
    return *this;
  }
  ~StreamSocket() { close(); }

  [[nodiscard]] bool valid() const { return fd_ >= 0; }
  [[nodiscard]] int fd() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

  std::size_t send(Bytes bytes) {
    const std::ptrdiff_t n = valid() ? Calls::send(fd_, bytes.data(), bytes.size()) : 0;
    return n > 0 ? static_cast<std::size_t>(n) : 0;
  }
  std::size_t receive(MutBytes out) {
    if (!valid() || saw_end_ || out.empty()) return 0;
    const std::ptrdiff_t n = Calls::recv(fd_, out.data(), out.size());
    note(n);
    return n > 0 ? static_cast<std::size_t>(n) : 0;
  }
  /// Waits, for two seconds at most, until receive() has something to say.
  bool wait_readable() { return valid() && Calls::readable(fd_); }
  /// An end or a reset was met by receive(); it looks again if not.
  bool saw_end() {
    std::uint8_t byte = 0;
    if (valid() && !saw_end_) note(Calls::peek(fd_, byte));
    return saw_end_;
  }

  void end() {
    if (valid()) Calls::end(fd_);
  }
  void reset() {
    if (valid()) Calls::reset(fd_);
    close();
  }
  void close() {
    if (valid()) Calls::close(fd_);
    fd_ = -1;
    saw_end_ = false;
  }

 private:
  void note(std::ptrdiff_t n) { saw_end_ = n == 0 || (n < 0 && !Calls::not_now()); }

  int fd_ = -1;
  bool saw_end_ = false;
};

}  // namespace whit::conformance
