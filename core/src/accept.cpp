// The server role's only way in: an image that never calls it links nothing of the server.
#include "whit/server.hpp"
#include "whit/websocket.hpp"

#if WHIT_SERVER

namespace whit {

Status WebSocket::accept(ServerHandshake& handshake, Instant now) {
  const Status status = start(handshake.options(), now);
  if (status != Status::ok) return status;
  handshake.reset();
  handshake_ = &handshake;
  accepted_ = true;
  return Status::ok;
}

}  // namespace whit

#endif
