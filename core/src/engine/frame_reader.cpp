#include "whit/detail/frame_reader.hpp"

#include "whit/limits.hpp"
#include "whit/options.hpp"

namespace whit::detail {

inline Error FrameReader::take_first(std::uint8_t byte) {
  // RFC 6455 5.2: RSV bits are 0 unless an extension defines them; none is offered.
  if ((byte & kRsv) != 0) return Error::reserved_bits;
  first_ = byte;
  stage_ = Stage::second;
  if (is_control()) {
    if (opcode() > kPong) return Error::reserved_opcode;
    // 5.5: control frames MUST NOT be fragmented.
    return fin() ? Error::none : Error::control_fragmented;
  }
  if (opcode() > kBinary) return Error::reserved_opcode;
  // 5.4: the fragments of one message MUST NOT be mixed with those of another.
  if (opcode() == kContinuation) return message_ != 0 ? Error::none : Error::unexpected_continuation;
  return message_ == 0 ? Error::none : Error::expected_continuation;
}

inline Error FrameReader::take_second(std::uint8_t byte, bool server) {
  // 5.1: a client masks every frame, a server none.
  if (((byte & kMasked) != 0) != server) return server ? Error::unmasked_frame : Error::masked_frame;
  left = byte & 0x7F;
  // 5.5: a control frame has at most 125 bytes, so the longer forms are wrong whatever number follows.
  if (is_control() && left > kMaxControl) return Error::control_too_long;
  if (left >= 126) {
    need_ = left == 126 ? 2 : 8;
    wide_ = need_ == 8;
    left = 0;
    stage_ = Stage::length;
  }
  return Error::none;
}

inline Error FrameReader::take_length(std::uint8_t byte) {
  // 5.2: the most significant bit of a 64-bit length MUST be 0.
  if (need_ == 8 && byte >= 0x80) return Error::length_overflow;
  left = left << 8 | byte;
  --need_;
  // 5.2: the minimal number of bytes MUST be used.
  if (need_ == 0 && left < (wide_ ? 0x10000u : 126u)) return Error::length_not_minimal;
  return Error::none;
}

inline Error FrameReader::begin_payload(std::size_t max_message) {
  stage_ = Stage::payload;
  if (is_control()) return Error::none;
  if (message_ == 0) {
    message_ = opcode();
    started_ = false;
    utf8_ = Utf8();
    offset_ = 0;
    total_ = fin() ? left : kUnknownSize;
  }
  // 10.4: the limit holds from the header on, before any memory is committed. offset_ never exceeds it.
  if (max_message == kUnlimited) return Error::none;
  return left > max_message - offset_ ? Error::message_too_big : Error::none;
}

Error FrameReader::read_header(std::uint8_t*& p, const std::uint8_t* end, bool server, std::size_t max_message) {
  while (p != end) {
    const std::uint8_t byte = *p++;
    Error error = Error::none;
    switch (stage_) {
      case Stage::first:
        error = take_first(byte);
        if (error != Error::none) return error;
        continue;
      case Stage::second: error = take_second(byte, server); break;
      case Stage::length: error = take_length(byte); break;
      default:
        reinterpret_cast<std::uint8_t*>(&key)[4 - need_] = byte;
        --need_;
        break;
    }
    if (error != Error::none) return error;
    if (need_ != 0) continue;
    if (!server || stage_ == Stage::key) return begin_payload(max_message);
    stage_ = Stage::key;
    need_ = 4;
  }
  return Error::none;
}

Error FrameReader::take_data(std::uint8_t* data, std::size_t size, Chunk& chunk, bool& deliver) {
  const bool ends = left == 0;
  const bool last = ends && fin();
  const bool text = message_ == kText;
  // 8.1: a text message is UTF-8 as a whole; it fails with the first byte that cannot be.
  if (text && !(utf8_.feed(data, size) && (!last || utf8_.complete()))) return Error::bad_utf8;
  chunk.data = {data, size};
  chunk.offset = offset_;
  chunk.total = total_;
  chunk.type = static_cast<MessageType>(message_);
  chunk.first = !started_;
  chunk.last = last;
  if (ends) end_frame();
  deliver = last || size != 0;
  if (!deliver) {
    // 10.4: empty fragments cost us time and their sender next to nothing.
    return ++empties_ > kMaxEmptyFragments ? Error::fragment_flood : Error::none;
  }
  empties_ = 0;
  started_ = true;
  offset_ += size;
  return Error::none;
}

void FrameReader::end_frame() {
  stage_ = Stage::first;
  if (!is_control() && fin()) message_ = 0;
}

}  // namespace whit::detail
