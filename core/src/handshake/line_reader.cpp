#include "whit/detail/line_reader.hpp"

namespace whit::detail {

LineReader::Result LineReader::read(const std::uint8_t*& in, const std::uint8_t* end, const MutBytes& buffer) {
  while (in != end) {
    const std::uint8_t byte = *in++;
    if (byte == '\n') return Result::line;
    // RFC 9112 2.2: a CR that is not part of a line end makes the message invalid, as do NUL and other controls.
    if (cr_) return Result::bad;
    cr_ = byte == '\r';
    if (cr_) continue;
    if ((byte < 0x20 && byte != '\t') || byte == 0x7F) return Result::bad;
    // The count must not wrap in a larger buffer: the start of the line would be written over.
    if (size_ < buffer.size() && size_ != 0xFFFF) {
      buffer[size_++] = byte;
    } else {
      cut_ = true;
    }
  }
  return Result::more;
}

}  // namespace whit::detail
