// The far end of the POSIX tests: plain BSD sockets on loopback, independent of the code under test.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>

#include "stream_socket.hpp"

namespace whit::conformance {

/// The system's own calls.
struct LibcCalls {
  static void unblock(int fd);
  static std::ptrdiff_t send(int fd, const void* data, std::size_t size);
  static std::ptrdiff_t recv(int fd, void* data, std::size_t size);
  static std::ptrdiff_t peek(int fd, std::uint8_t& byte);
  static bool not_now();
  static bool readable(int fd);
  static void end(int fd);
  static void reset(int fd);
  static void close(int fd);
};
using RawSocket = StreamSocket<LibcCalls>;

/// A listening socket on loopback with a port of the system's choice.
class RawListener {
 public:
  /// `family`: AF_INET or AF_INET6. valid() is false where the machine lacks the family.
  explicit RawListener(int family = AF_INET, int backlog = 16, std::uint16_t port = 0);
  [[nodiscard]] bool valid() const { return socket_.valid(); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// The next connection, or an invalid socket.
  RawSocket accept();
  /// accept() within two seconds.
  RawSocket wait_accept();
  void close() { socket_.close(); }

 private:
  RawSocket socket_;
  std::uint16_t port_ = 0;
};

/// A blocking connect to 127.0.0.1.
RawSocket connect_raw(std::uint16_t port);
/// The same without waiting for the outcome.
RawSocket start_connect(std::uint16_t port);

/// A port on loopback at which nobody listens: it was taken from the system and given back.
std::uint16_t dead_port(int family);

/// Descriptors that this process has open.
std::size_t open_descriptors();
/// The same once the threads of earlier lookups have ended: unchanged for a while.
std::size_t settled_descriptors();

}  // namespace whit::conformance
