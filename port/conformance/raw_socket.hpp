// The far end of the POSIX tests: plain BSD sockets on loopback, independent of the code under test.
#pragma once

#include <cstddef>
#include <cstdint>

#include "whit/bytes.hpp"

namespace whit::conformance {

/// A non-blocking stream socket of the test's own.
class RawSocket {
 public:
  RawSocket() = default;
  explicit RawSocket(int fd);
  RawSocket(RawSocket&& other) noexcept;
  RawSocket& operator=(RawSocket&& other) noexcept;
  ~RawSocket() { close(); }

  [[nodiscard]] bool valid() const { return fd_ >= 0; }
  [[nodiscard]] int fd() const { return fd_; }
  int release();
  std::size_t send(Bytes bytes);
  std::size_t receive(MutBytes out);
  /// An end or a reset was met by receive(); it looks again if not.
  bool saw_end();
  void end();    ///< FIN
  void reset();  ///< RST
  void close();

 private:
  int fd_ = -1;
  bool saw_end_ = false;
};

/// A listening socket on loopback with a port of the system's choice.
class RawListener {
 public:
  /// `family`: AF_INET or AF_INET6. valid() is false where the machine lacks the family.
  explicit RawListener(int family, int backlog = 16, std::uint16_t port = 0);
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
