// Control frames that we send: where they go in the ring, what waits for its place, and the start of every ending.
#include <cstring>

#include "engine/hash.hpp"
#include "whit/websocket.hpp"

namespace whit {

using detail::TxQueue;

namespace {
constexpr std::size_t kOverhead = detail::kMaxControlFrame - detail::kMaxControl;  // of a control frame
}

// Puts a control frame into the ring; false if that is not possible now. A Close is the last frame, so it goes behind
// all that is queued, once no frame is half written; the others go in at the first frame boundary.
bool WebSocket::place(std::uint8_t opcode, const std::uint8_t* payload, std::size_t size) {
  const std::size_t at = queue_.boundary(opcode == detail::kClose ? TxQueue::kNone : transport_->tx_held());
  if (at > queue_.ring.size() || queue_.ring.room() < kOverhead + size) return false;
  return put_frame(at, static_cast<std::uint8_t>(detail::kFin | opcode), payload, size);
}

// Gives the control frames that wait their place, if there is one by now.
void WebSocket::place_control() {
  if ((pending_ & detail::kCloseWaits) != 0) {
    if (!place(detail::kClose, control_, control_size_)) return;
    pending_ = 0;
    close_placed_ = true;
    return;
  }
  if ((pending_ & detail::kPongWaits) != 0 && place(detail::kPong, control_, control_size_)) {
    pending_ ^= detail::kPongWaits;
  }
  if ((pending_ & detail::kPingWaits) == 0) return;
  // Any payload will do that differs from the one before.
  static_cast<void>(send_ping(reinterpret_cast<const std::uint8_t*>(&open_.ping_hash), sizeof open_.ping_hash));
}

Status WebSocket::send_ping(const std::uint8_t* payload, std::size_t size) {
  if (phase_ != Phase::open) return Status::invalid_state;
  if (size > detail::kMaxControl) return Status::control_too_long;
  if (!place(detail::kPing, payload, size)) return Status::would_block;
  open_.ping_hash = detail::hash(detail::kHashStart, payload, size);
  pending_ &= static_cast<std::uint8_t>(~detail::kPingWaits);
  stamp_ping_ = true;
  arm_ = detail::kAnythingElse;
  return Status::ok;
}

Status WebSocket::begin_close(std::uint16_t code, const char* reason, std::size_t size) {
  std::uint8_t body[detail::kMaxControl];
  if (size > sizeof body - sizeof code) return Status::control_too_long;
  const auto* const text = reinterpret_cast<const std::uint8_t*>(reason);
  if (!detail::is_utf8(text, size)) return Status::bad_utf8;
  if (opening()) lost(Error::aborted);
  place_control();  // a pong that waits goes first, if it can
  if (phase_ != Phase::open) return Status::ok;
  enter(Phase::closing);
  pending_ &= detail::kPongWaits;
  detail::store16(body, code);
  if (size != 0) std::memcpy(body + sizeof code, text, size);
  size = code != 0 ? size + sizeof code : 0;
  close_placed_ = place(detail::kClose, body, size);
  if (close_placed_ || !live()) return Status::ok;
  // The frame has to wait, and takes the slot.
  if (open_.reader.in_payload() && open_.reader.is_control()) {
    // Unless the peer's Close is coming in there at this very moment: the answer to it will be ours.
    if (open_.reader.opcode() == detail::kClose) return Status::ok;
    // A ping that is coming in there gives way, unanswered.
    open_.reader.forget_control();
  }
  std::memcpy(control_, body, size);
  control_size_ = static_cast<std::uint8_t>(size);
  pending_ = detail::kCloseWaits;
  return Status::ok;
}

void WebSocket::fail(Error error) {
  if (opening()) return lost(error);
  if (!live()) return;
  error_ = error;
  const std::uint16_t code = close_code_for(error);
  detail::store16(control_, code);
  control_size_ = code != 0 ? sizeof code : 0;
  end_frames();
}

// The peer's Close has come, or error_ tells that we fail the link: what is in the slot is the last that we send.
void WebSocket::end_frames() {
  in_ = in_end_;
  pending_ = 0;
  if (!close_placed_) {
    // What is queued behind the frame in progress will not be sent any more (RFC 6455 5.5.1); buffered_amount keeps it.
    const std::size_t at = queue_.boundary(transport_->tx_held());
    if (at <= queue_.ring.size()) {
      queue_.ring.truncate(at);
      sending_ = Sending::none;
    }
    // Without a code for it, or inside a frame that the application has yet to finish, the transport is just dropped.
    if (error_ != Error::none && (control_size_ == 0 || sending_ != Sending::none)) return finish();
    pending_ = detail::kCloseWaits;
    place_control();
  }
  if (live()) enter(Phase::draining);
}

}  // namespace whit
