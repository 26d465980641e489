// Whole messages -> frames: each byte is written once, masked on its way into the ring.
#include "engine/short_ways.hpp"
#include "whit/websocket.hpp"

namespace whit {

// A frame goes into the ring, at a boundary; there must be room. False if the link is lost.
bool WebSocket::put_frame(std::size_t at, std::uint8_t first, const std::uint8_t* payload, std::size_t size) {
  std::uint32_t& key = open_.frame_key;
  key = 0;
  // RFC 6455 5.3: a fresh key for every frame, from a strong source; without one nothing is sent.
  if (!server() && !entropy_.fill(entropy_.context, {reinterpret_cast<std::uint8_t*>(&key), sizeof key})) {
    lost(Error::entropy_failed);
    return false;
  }
  queue_.insert(at, first, payload, size, key);
  return true;
}

// May a message of so many bytes begin? What is sent while closing is dropped, but counted (W3C bufferedAmount).
Status WebSocket::may_begin(std::size_t size) {
  if (opening()) return Status::invalid_state;
  if (phase_ != Phase::open) {
    queue_.buffered += size;
    return Status::closed;
  }
  return sending_ == Sending::none ? Status::ok : Status::invalid_state;
}

Status WebSocket::no_room() {
  refused_ = true;
  return Status::would_block;
}

// May a data frame of `size` bytes go into the ring, of which `room` must fit now?
Status WebSocket::admit(std::size_t size, std::size_t room) {
  const std::size_t most = queue_.max_data();
  room += detail::header_size(size, !server());
  if (room > most) return Status::message_too_big;
  return room > queue_.data_room() ? no_room() : Status::ok;
}

Status WebSocket::send_one(MessageType type, const std::uint8_t* data, std::size_t size) {
#if !WHIT_SMALL
  // Each type has a copy, in which it is no variable.
  const bool text = type == MessageType::text;
  if (text ? send_short(MessageType::text, data, size) : send_short(MessageType::binary, data, size)) return Status::ok;
#endif
  return send_any(type, data, size);
}

WHIT_CAREFUL Status WebSocket::send_any(MessageType type, const std::uint8_t* data, std::size_t size) {
  Status status = may_begin(size);
  if (status != Status::ok) return status;
  if (type == MessageType::text && !detail::is_utf8(data, size)) return Status::bad_utf8;
  status = admit(size, size);
  if (status != Status::ok) return status;
  const auto first = static_cast<std::uint8_t>(detail::kFin | static_cast<std::uint8_t>(type));
  queue_.buffered += size;
  return put_frame(queue_.ring.size(), first, data, size) ? Status::ok : Status::closed;
}

}  // namespace whit
