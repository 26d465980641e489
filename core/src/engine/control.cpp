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
bool WebSocket::insert(std::uint8_t opcode, const std::uint8_t* payload, std::size_t size) {
  std::size_t at = queue_.ring.size();
  if (opcode != detail::kClose) {
    at = boundary();
  } else if (open_.send_left != 0) {
    at = TxQueue::kNone;
  }
  std::uint32_t key;
  if (at == TxQueue::kNone || queue_.ring.room() < kOverhead + size || !new_key(key)) return false;
  queue_.ring.put(queue_.open_control(at, opcode, size, key), {payload, size}, key);
  return true;
}

inline void WebSocket::place_close() {
  const std::uint8_t code[2] = {static_cast<std::uint8_t>(local_code_ >> 8), static_cast<std::uint8_t>(local_code_)};
  const bool done = close_in_slot_ ? insert(detail::kClose, control_, control_size_)
                                   : insert(detail::kClose, code, local_code_ != 0 ? sizeof code : 0);
  if (!done) return;
  pending_ = Pending::none;
  close_in_slot_ = false;
  close_placed_ = true;
}

// Gives the control frames that wait their place, if there is one by now.
void WebSocket::place_control() {
  if (pending_ == Pending::close) return place_close();
  if (pending_ == Pending::pong && insert(detail::kPong, control_, control_size_)) pending_ = Pending::none;
  if (!ping_due_) return;
  // Any payload will do that differs from the one before.
  const std::uint32_t hash = open_.ping_hash;
  if (ping({reinterpret_cast<const std::uint8_t*>(&hash), sizeof hash}) == Status::ok) ping_due_ = false;
}

Status WebSocket::ping(Bytes payload) {
  if (phase_ != Phase::open) return Status::invalid_state;
  if (payload.size() > detail::kMaxControl) return Status::control_too_long;
  if (!insert(detail::kPing, payload.data(), payload.size())) return Status::would_block;
  open_.ping_hash = detail::hash(detail::kHashStart, payload);
  open_.stamp_ping = true;
  arm_ = true;
  return Status::ok;
}

Status WebSocket::close() {
  begin_close(0, {});
  return Status::ok;
}

Status WebSocket::close(std::uint16_t code, std::string_view reason) {
  if (!may_be_sent(code, server_)) return Status::bad_close_code;
  if (reason.size() > detail::kMaxControl - sizeof code) return Status::control_too_long;
  if (!detail::is_utf8(as_bytes(reason))) return Status::bad_utf8;
  begin_close(code, reason);
  return Status::ok;
}

void WebSocket::begin_close(std::uint16_t code, std::string_view reason) {
  if (phase_ < Phase::open && phase_ != Phase::idle) return lost(Error::aborted);
  if (phase_ != Phase::open) return;
  place_control();  // a pong that waits goes first, if it can
  if (phase_ != Phase::open) return;
  enter(Phase::closing);
  ping_due_ = false;
  if (open_.sending == Sending::fragments) open_.sending = Sending::none;
  std::uint8_t body[detail::kMaxControl] = {static_cast<std::uint8_t>(code >> 8), static_cast<std::uint8_t>(code)};
  if (!reason.empty()) std::memcpy(body + 2, reason.data(), reason.size());
  const std::size_t size = code != 0 ? reason.size() + 2 : 0;
  close_placed_ = insert(detail::kClose, body, size);
  if (close_placed_ || !live()) return;
  // The frame has to wait. The slot keeps the reason, unless a control frame is coming in there at this very moment.
  local_code_ = code;
  pending_ = Pending::close;
  close_in_slot_ = !(open_.reader.in_payload() && open_.reader.is_control());
  if (!close_in_slot_) return;
  std::memcpy(control_, body, size);
  control_size_ = static_cast<std::uint8_t>(size);
}

// What is queued behind the frame in progress will not be sent any more (RFC 6455 5.5.1); buffered_amount keeps it.
void WebSocket::drop_queued() {
  close_in_slot_ = false;
  const std::size_t at = boundary();
  if (at == TxQueue::kNone) return;
  queue_.ring.truncate(at);
  open_.sending = Sending::none;
  open_.send_left = 0;
}

void WebSocket::fail(Error error) {
  if (phase_ < Phase::open && phase_ != Phase::idle) return lost(error);
  if (!live()) return;
  error_ = error;
  drain_after_close(close_code_for(error));
}

// The peer's Close has come, or error_ tells that we fail the link: our Close is the last that we send.
void WebSocket::drain_after_close(std::uint16_t code) {
  in_ = in_end_;
  if (!close_placed_) {
    drop_queued();
    // Without a code for it, or inside a frame that the application has yet to finish, the transport is just dropped.
    if (error_ != Error::none && (code == 0 || open_.send_left != 0)) return finish();
    local_code_ = code;
    pending_ = Pending::close;
    place_control();
  }
  if (live()) enter(Phase::draining);
}

}  // namespace whit
