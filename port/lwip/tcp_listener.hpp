// A listening TCP socket on lwIP's raw API, for the server role.
#pragma once

#include <cstdint>

#include "lwip/stream.hpp"
#include "lwip/tcp.hpp"
#include "whit/error.hpp"
#include "whit/status.hpp"

namespace whit::lwip {

/// A connection that arrives waits in one of kBacklog places, with what it has sent so far, until accept() moves it
/// into an idle Tcp. When all places are taken, further ones are reset, and hardly anybody tries again: a browser does
/// not with a WebSocket. So whoever serves browsers has a Tcp to spare for a page beside a WebSocket, and lets none be
/// idle.
class TcpListener {
 public:
  static constexpr std::size_t kBacklog = 2;

  explicit TcpListener(Wake wake = {}) : wake_(wake) {}
  ~TcpListener() { close(); }
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  /// Listens at every address of the device. ok; invalid_state if listening already; transport_failed: error() tells
  /// why.
  Status listen(std::uint16_t port);
  /// Moves a connection that waits into `tcp`, which is aborted first if it was not idle; false: none waits.
  bool accept(Tcp& tcp);
  /// Why listen() failed: out_of_resources, or transport_failed if the port is taken. Unless lwIP has SO_REUSE,
  /// connections of before take it for some minutes.
  [[nodiscard]] Error error() const { return error_; }
  /// Stops listening and resets what still waits. Connections that were accepted go on.
  void close();

 private:
  Stream* next();
  static err_t on_accept(void* self, tcp_pcb* pcb, err_t error);

  Wake wake_;
  tcp_pcb* pcb_ = nullptr;
  Stream waiting_[kBacklog];
  Error error_ = Error::none;
};

}  // namespace whit::lwip
