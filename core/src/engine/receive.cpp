// Frames -> messages and control: received bytes are looked at once, where the transport put them.
#include <cstring>

#include "engine/hash.hpp"
#include "engine/short_ways.hpp"
#include "whit/assert.hpp"
#include "whit/websocket.hpp"

namespace whit {

// A ping or a Close comes in: decide who has the slot. As what it is read from here on.
inline std::uint8_t WebSocket::clear_slot(std::uint8_t opcode) {
  // Our own Close keeps the slot from a ping, for good: that happens only if the peer does not read. Theirs takes it
  // over.
  if (opcode == detail::kPing && (pending_ & detail::kCloseWaits) != 0) {
    open_.reader.forget_control();
    return detail::kPong;
  }
  // RFC 6455 5.5.3: of several pings only the latest must be answered.
  pending_ &= detail::kPingWaits;
  control_size_ = 0;
  return opcode;
}

inline bool WebSocket::pong_received(Event& event) {
  // Unsolicited and stale pongs are legal and only signs of life (RFC 6455 5.5.3).
  if (!awaiting_pong_ || open_.control_hash != open_.ping_hash) return false;
  awaiting_pong_ = false;
  set_deadline();
  event.type = Event::Type::pong;
  event.rtt_ms = last_rx_ - ping_sent_;
  return true;
}

inline Error WebSocket::close_received() {
  std::uint16_t code = close_code::kNoStatusReceived;
  // RFC 6455 5.5.1: the body is empty, or a code and a reason in UTF-8.
  if (control_size_ == 1) return Error::bad_close_body;
  if (control_size_ >= 2) {
    code = detail::load16(control_);
    if (!may_be_received(code)) return Error::bad_close_code;
    const std::size_t reason = control_size_ - 2u;
    if (!detail::is_utf8(control_ + 2, reason)) return Error::bad_close_reason;
    reason_size_ = static_cast<std::uint8_t>(reason);
    control_size_ = 2;  // our answer echoes the code
  }
  close_code_ = code;
  end_frames();
  return Error::none;
}

// A control frame, or a part of it, was read; true if there is an event.
inline bool WebSocket::take_control(Event& event, Error& error) {
  detail::FrameReader& reader = open_.reader;
  const MutBytes data = event.chunk.data;
  std::uint8_t opcode = reader.opcode();
  if (reader.fresh) {
    reader.fresh = false;
    open_.control_hash = detail::kHashStart;
    if (opcode != detail::kPong) opcode = clear_slot(opcode);
  }
  open_.control_hash = detail::hash(open_.control_hash, data.data(), data.size());
  if (opcode != detail::kPong) {
    WHIT_ASSERT(control_size_ + data.size() <= sizeof control_);
    std::memcpy(control_ + control_size_, data.data(), data.size());
    control_size_ = static_cast<std::uint8_t>(control_size_ + data.size());
  }
  if (reader.in_payload()) return false;
  if (opcode == detail::kPong) return pong_received(event);
  if (opcode == detail::kClose) {
    error = close_received();
  } else {
    pending_ |= detail::kPongWaits;
  }
  return false;
}

bool WebSocket::receive(Event& event) {
#if !WHIT_SMALL
  if (in_ == in_base_ && phase_ == Phase::open && take_whole(event)) return true;
#endif
  detail::FrameReader& reader = open_.reader;
  for (unsigned budget = kMaxFramesPerPoll; live();) {
    // What waits in the slot leaves it, if it can, before anything else comes in there; be it a pong that the last
    // frame asked for.
    if (pending_ != 0) place_control();
    // A pong that only waits for what is sent next goes first: pings are answered one by one as long as bytes move.
    if ((pending_ & detail::kPongWaits) != 0 && !blocked_ && !queue_.ring.empty()) return false;
    Error error = reader.read(*this, event.chunk);
    bool news = false;
    if (error == Error::none) {
      if (event.chunk.data.data() == nullptr) return false;
      if (reader.is_control()) {
        news = take_control(event, error);
      } else {
        event.type = Event::Type::chunk;
        news = event.chunk.last || !event.chunk.data.empty();
      }
    }
    // RFC 6455 7.1.7: nothing behind the first violation is processed.
    if (error != Error::none) {
      fail(error);
      return false;
    }
    // After close() messages are dropped, though they must still be valid.
    if (news && phase_ == Phase::open) return true;
    if (--budget == 0 && in_ != in_end_) return false;
  }
  return false;
}

}  // namespace whit
