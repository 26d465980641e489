// The far end: lwIP's sockets called directly, independent of the code under test.
#pragma once

#include <cstddef>
#include <cstdint>

#include "whit/bytes.hpp"

namespace whit::sockets_test {

/// lwIP in its thread, from the first call on.
void start_lwip();
/// Runs something there and waits for its end.
void in_lwips_thread(void (*function)(void*), void* context);

/// Sockets that are open, of both ends.
std::size_t open_sockets();
/// Lets lwIP abort the connection of any socket: the other end sees a reset.
void reset_connection(int fd);

/// A non-blocking stream socket of the test's own.
class FarSocket {
 public:
  FarSocket() = default;
  explicit FarSocket(int fd);
  FarSocket(FarSocket&& other) noexcept;
  FarSocket& operator=(FarSocket&& other) noexcept;
  ~FarSocket() { close(); }

  [[nodiscard]] bool valid() const { return fd_ >= 0; }
  [[nodiscard]] int fd() const { return fd_; }
  int release();
  std::size_t send(Bytes bytes);
  std::size_t receive(MutBytes out);
  /// Waits, for two seconds at most, until receive() has something to say.
  bool wait_readable();
  /// An end or a reset was met by receive(); it looks again if not.
  bool saw_end();
  void end();    ///< FIN
  void reset();  ///< RST
  void close();

 private:
  int fd_ = -1;
  bool saw_end_ = false;
};

/// A listening socket on 127.0.0.1 with a port of lwIP's choice.
class FarListener {
 public:
  /// Beyond `backlog` connections that were not accepted yet, attempts get no answer.
  explicit FarListener(int backlog = 4);
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// The next connection, or an invalid socket.
  FarSocket accept();
  /// accept() within two seconds.
  FarSocket wait_accept();
  void close() { socket_.close(); }

 private:
  FarSocket socket_;
  std::uint16_t port_ = 0;
};

/// A blocking connect to 127.0.0.1.
FarSocket connect_far(std::uint16_t port);

/// A socket that takes up a place and nothing else; invalid if there is none left.
FarSocket unconnected();

/// A port at which nobody listens: it was taken from lwIP and given back.
std::uint16_t dead_port();

}  // namespace whit::sockets_test
