// One opening handshake at a time (RFC 6455 4.1), for those who open several links.
#pragma once

#include "whit/websocket.hpp"

namespace whit {

/// RFC 6455 4.1 wants at most one connection to an address in the CONNECTING state. Links that are opened through the
/// same gate take turns, whatever their host: two names may be one address, and a device has little to gain from more.
class ConnectGate {
 public:
  /// As WebSocket::connect(), but would_block while the link before it is still CONNECTING: try again later.
  Status connect(WebSocket& socket, std::string_view url, const ConnectOptions& options, Instant now) {
    if (last_ != nullptr && last_->ready_state() == ReadyState::connecting) return Status::would_block;
    const Status status = socket.connect(url, options, now);
    last_ = status == Status::ok ? &socket : nullptr;
    return status;
  }
  Status connect(WebSocket& socket, std::string_view url, const ConnectOptions&& options, Instant now) = delete;

 private:
  WebSocket* last_ = nullptr;  // must outlive its CONNECTING state
};

}  // namespace whit
