// The far end: lwIP's sockets called directly, independent of the code under test.
#pragma once

#include <cstddef>
#include <cstdint>

#include "stream_socket.hpp"

namespace whit::sockets_test {

/// lwIP in its thread, from the first call on.
void start_lwip();
/// Runs something there and waits for its end.
void in_lwips_thread(void (*function)(void*), void* context);

/// Sockets that are open, of both ends.
std::size_t open_sockets();
/// lwIP's own calls.
struct LwipCalls {
  static void unblock(int fd);
  static std::ptrdiff_t send(int fd, const void* data, std::size_t size);
  static std::ptrdiff_t recv(int fd, void* data, std::size_t size);
  static std::ptrdiff_t peek(int fd, std::uint8_t& byte);
  static bool not_now();
  static bool readable(int fd);
  static void end(int fd);
  /// Lets lwIP abort the connection of any socket: the other end sees a reset.
  static void reset(int fd);
  static void close(int fd);
};
using FarSocket = conformance::StreamSocket<LwipCalls>;

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
