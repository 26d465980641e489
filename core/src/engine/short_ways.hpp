// Built for speed, the common cases have short ways; what is not plainly one of them goes the careful way, which knows
// every case and every error. Built for size, there is only the careful way.
#pragma once

#include "wire/machine.hpp"

#if !WHIT_SMALL

#include <cstring>

#include "whit/websocket.hpp"
#include "wire/mask.hpp"

namespace whit {

constexpr std::uint32_t kCalm = 10;  // ms: the longest that a poll which sends may leave received bytes where they are

constexpr bool kWide = WHIT_WORDS && sizeof(detail::Word) == sizeof(std::uint64_t);

// 8 to 16 bytes, as readings are: two words, which may overlap. The key of the second is turned to where that begins.
WHIT_HOT void mask_reading(std::uint8_t* to, const std::uint8_t* from, std::size_t size, std::uint32_t key) {
  const std::size_t second = size - 8;
  const auto turn = static_cast<unsigned>(second * 8);
  const unsigned left = (detail::kBigEndian ? turn : -turn) & 63;
  const std::uint64_t wide = std::uint64_t{key} << 32 | key;
  const std::uint64_t turned = wide << left | wide >> (-left & 63);
  std::uint64_t words[2];
  std::memcpy(&words[0], from, 8);
  std::memcpy(&words[1], from + second, 8);
  words[0] ^= wide;
  words[1] ^= turned;
  std::memcpy(to, &words[0], 8);
  std::memcpy(to + second, &words[1], 8);
}

// A short message that fits the ring without being cut at the end of its memory.
WHIT_HOT bool WebSocket::send_short(MessageType type, const std::uint8_t* from, std::size_t size) {
  if (phase_ != Phase::open || sending_ != Sending::none || server() || size >= 126) return false;
  if (!queue_.fits_uncut(6, size)) return false;
  if (type == MessageType::text && !detail::is_utf8(from, size)) return false;
  std::uint32_t random;
  if (!entropy_.fill(entropy_.context, {reinterpret_cast<std::uint8_t*>(&random), sizeof random})) {
    lost(Error::entropy_failed);
    return false;
  }
  const std::uint32_t key = random;  // has no address, so that it stays in its register
  std::uint8_t* to = queue_.ring.end();
  // FIN and the type; masked.
  const auto opcode = static_cast<unsigned>(type);
  const auto head =
      static_cast<std::uint16_t>(detail::kBigEndian ? 0x8080 | opcode << 8 | size : 0x8080 | opcode | size << 8);
  std::memcpy(to, &head, sizeof head);
  queue_.ring.commit(6 + size);
  std::memcpy(to + 2, &key, sizeof key);
  to += 6;
  queue_.buffered += size;
  if (kWide && size - 8 <= 8) {
    mask_reading(to, from, size, key);
  } else {
    detail::mask(to, from, size, key);
  }
  return true;
}

// Nothing special goes on: the link is open, no clock runs out, no control frame waits, and the transport was asked for
// news a short while ago.
WHIT_HOT bool WebSocket::is_calm(Instant now) const {
  constexpr auto kOpen = static_cast<std::uint32_t>(Phase::open);
  static_assert(offsetof(detail::LinkState, refused_) == 3);
  std::uint32_t first;
  std::memcpy(&first, static_cast<const detail::LinkState*>(this), sizeof first);
  return first == (detail::kBigEndian ? kOpen << 24 : kOpen) && !reached(now, open_.calm_until);
}

// Whole frames that wait in one piece, offered to a transport that is not known to be blocked.
WHIT_HOT bool WebSocket::flush_short(Instant now) {
  if (queue_.ring.wraps() || blocked_ || in_base_ != in_end_ || open_.send_left != 0) return false;
  const std::size_t n = transport_->tx(queue_.ring.front_uncut());
  if (n != queue_.ring.size()) {
    note_blocked(n, now);
    return n != 0;
  }
  queue_.clear();
  return true;
}

// A whole, unfragmented message in one piece.
WHIT_HOT bool WebSocket::take_whole(Event& event) {
  const std::size_t here = static_cast<std::size_t>(in_end_ - in_);
  if (here < 4 || server() || !open_.reader.between_messages()) return false;
  const auto opcode = static_cast<std::uint8_t>(in_[0] ^ detail::kFin);
  std::size_t header = 2;
  std::size_t size = in_[1];
  if (size == 126) {
    header = 4;
    size = static_cast<std::size_t>(in_[2]) << 8 | in_[3];
    if (size < 126) return false;
  } else if (size > 126) {
    return false;
  }
  std::uint8_t* const data = in_ + header;
  if (size > here - header || size > max_message_) return false;
  if (opcode != detail::kBinary && (opcode != detail::kText || !detail::is_utf8(data, size))) return false;
  in_ = data + size;
  event.type = Event::Type::chunk;
  event.chunk.data = {data, size};
  event.chunk.offset = 0;
  event.chunk.total = size;
  event.chunk.type = static_cast<MessageType>(opcode);
  event.chunk.first = event.chunk.last = true;
  return true;
}

}  // namespace whit

#endif
