#include "whit/detail/frame_reader.hpp"

#include "whit/limits.hpp"
#include "whit/options.hpp"

namespace whit::detail {

inline Error FrameReader::read_header(LinkState& link) {
  while (link.in_ != link.in_end_) {
    std::uint8_t byte = *link.in_++;
    if (stage_ == Stage::first) {
      // RFC 6455 5.2: RSV bits are 0 unless an extension defines them; none is offered.
      if ((byte & kRsv) != 0) return Error::reserved_bits;
      first_ = byte;
      stage_ = Stage::second;
      // 3-7 and 11-15.
      if ((byte & 0x07) > kBinary) return Error::reserved_opcode;
      if (is_control()) {
        // 5.5: control frames MUST NOT be fragmented.
        if (!fin()) return Error::control_fragmented;
        continue;
      }
      // 5.4: the fragments of one message MUST NOT be mixed with those of another.
      if (opcode() == kContinuation) {
        if (message_ == 0) return Error::unexpected_continuation;
        continue;
      }
      if (message_ != 0) return Error::expected_continuation;
      message_ = opcode();
      continue;
    }
    if (stage_ == Stage::second) {
      // 5.1: a client masks every frame, a server none.
      if (((byte & kMasked) != 0) != link.server()) return link.server() ? Error::unmasked_frame : Error::masked_frame;
      byte &= 0x7F;
      left = byte;
      if (byte > kMaxControl) {
        // 5.5: a control frame has at most 125 bytes, so the longer forms are wrong whatever number follows.
        if (is_control()) return Error::control_too_long;
        left = 0;
        stage_ = static_cast<Stage>(byte - 124);
        need_ = stage_ == Stage::length16 ? 2 : 8;
        continue;
      }
    } else if (kServerRole && stage_ == Stage::key) {
      reinterpret_cast<std::uint8_t*>(&key)[4 - need_] = byte;
      if (--need_ != 0) continue;
    } else {
      // 5.2: the most significant bit of a 64-bit length MUST be 0.
      if (need_ == 8 && byte >= 0x80) return Error::length_overflow;
      left = left << 8 | byte;
      if (--need_ != 0) continue;
      // 5.2: the minimal number of bytes MUST be used.
      if (left < (stage_ == Stage::length64 ? 0x10000u : 126u)) return Error::length_not_minimal;
    }
    if (link.server() && stage_ != Stage::key) {
      stage_ = Stage::key;
      need_ = 4;
      continue;
    }
    stage_ = Stage::payload;
    fresh = true;
    // 10.4: the limit holds from the header on, before any memory is committed. offset_ never exceeds it.
    if (is_control() || link.max_message_ == kUnlimited) break;
    if (left > link.max_message_ - offset_) return Error::message_too_big;
    break;
  }
  return Error::none;
}

Error FrameReader::read(LinkState& link, Chunk& chunk) {
  chunk.data = {};
  if (!in_payload()) {
    const Error error = read_header(link);
    if (error != Error::none || !in_payload()) return error;
  }
  std::uint8_t* const data = link.in_;
  if (data == link.in_end_ && left != 0) return Error::none;
  std::size_t size = static_cast<std::size_t>(link.in_end_ - data);
  if (left < size) size = static_cast<std::size_t>(left);
  link.in_ = data + size;
  left -= size;
  if (kServerRole && link.unmask_ != nullptr) key = link.unmask_(data, data, size, key);
  chunk.data = {data, size};
  if (left == 0) stage_ = Stage::first;
  if (is_control()) return Error::none;
  const bool last = left == 0 && fin();
  // 8.1: a text message is UTF-8 as a whole; it fails with the first byte that cannot be.
  if (message_ == kText && !utf8_.feed(data, size, last)) return Error::bad_utf8;
  chunk.type = static_cast<MessageType>(message_);
  chunk.first = offset_ == 0;
  chunk.last = last;
  chunk.offset = offset_;
  offset_ += size;
  chunk.total = fin() && opcode() != kContinuation ? offset_ + left : kUnknownSize;
  if (last) {
    message_ = 0;
    offset_ = 0;
  }
  // 10.4: empty fragments cost us time and their sender next to nothing.
  empties_ = last || size != 0 ? 0 : static_cast<std::uint16_t>(empties_ + 1);
  return empties_ > kMaxEmptyFragments ? Error::fragment_flood : Error::none;
}

}  // namespace whit::detail
