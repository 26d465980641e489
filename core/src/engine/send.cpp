// Whole messages -> frames: each byte is written once, masked on its way into the ring.
#include "engine/short_ways.hpp"
#include "whit/websocket.hpp"

namespace whit {

// RFC 6455 5.3: a fresh key for every frame, from a strong source; without one nothing is sent.
bool WebSocket::new_key(std::uint32_t& key) {
  key = 0;
  if (server_ || entropy_.fill(entropy_.context, {reinterpret_cast<std::uint8_t*>(&key), sizeof key})) return true;
  lost(Error::entropy_failed);
  return false;
}

// May a message of so many bytes begin? What is sent while closing is dropped, but counted (W3C bufferedAmount).
Status WebSocket::may_begin(std::size_t size) {
  if (phase_ == Phase::connecting || phase_ == Phase::handshaking) return Status::invalid_state;
  if (phase_ != Phase::open) {
    queue_.buffered += size;
    return Status::closed;
  }
  return open_.sending == Sending::none ? Status::ok : Status::invalid_state;
}

Status WebSocket::no_room() {
  refused_ = true;
  return Status::would_block;
}

// May a data frame of `size` bytes go into the ring, of which `room` must fit now? If so, here is its key.
Status WebSocket::admit(std::size_t size, std::size_t room, std::uint32_t& key) {
  const std::size_t most = queue_.max_data();
  if (room > most) return Status::message_too_big;
  room += detail::header_size(size, !server_);
  if (room > most) return Status::message_too_big;
  if (room > queue_.data_room()) return no_room();
  return new_key(key) ? Status::ok : Status::closed;
}

Status WebSocket::send_one(MessageType type, Bytes data) {
#if !WHIT_SMALL
  if (type == MessageType::binary && send_short(data)) return Status::ok;
#endif
  return send_any(type, data);
}

WHIT_CAREFUL Status WebSocket::send_any(MessageType type, Bytes data) {
  Status status = may_begin(data.size());
  if (status != Status::ok) return status;
  if (type == MessageType::text && !detail::is_utf8(data)) return Status::bad_utf8;
  std::uint32_t key;
  status = admit(data.size(), data.size(), key);
  if (status != Status::ok) return status;
  queue_.append_frame(static_cast<std::uint8_t>(detail::kFin | static_cast<std::uint8_t>(type)), data, key);
  return status;
}

}  // namespace whit
