// One opening handshake at a time (RFC 6455 4.1), for those who open several links.
#pragma once

#include "whit/websocket.hpp"

namespace whit {

/// RFC 6455 4.1 wants at most one connection to an address in the CONNECTING state. Links that are opened through the
/// same gate take turns, whatever their host: two names may be one address, and a device has little to gain from more.
///
/// A socket must outlive the gate, or the next connect() through it, which looks at the one before. A Session connects
/// by itself, not through a gate.
class ConnectGate {
 public:
  /// As WebSocket::connect(), but would_block while the link before it is still CONNECTING: try again later.
  Status connect(WebSocket& socket, std::string_view url, const ConnectOptions& options, Instant now) {
    return is_taken() ? Status::would_block : note(socket, socket.connect(url, options, now));
  }
  Status connect(WebSocket& socket, const Url& url, const ConnectOptions& options, Instant now) {
    return is_taken() ? Status::would_block : note(socket, socket.connect(url, options, now));
  }
  Status connect(WebSocket& socket, std::string_view url, const ConnectOptions&& options, Instant now) = delete;
  Status connect(WebSocket& socket, const Url& url, const ConnectOptions&& options, Instant now) = delete;

 private:
  [[nodiscard]] bool is_taken() const { return last_ != nullptr && last_->ready_state() == ReadyState::connecting; }
  Status note(const WebSocket& socket, Status status) {
    last_ = status == Status::ok ? &socket : nullptr;
    return status;
  }

  const WebSocket* last_ = nullptr;
};

}  // namespace whit
