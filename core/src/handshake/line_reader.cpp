#include "whit/detail/line_reader.hpp"

namespace whit::detail {

LineReader::Result LineReader::take(std::uint8_t byte, std::uint8_t* buffer, std::size_t room) {
  if (byte == '\n') return Result::line;
  // RFC 9112 2.2: a CR that is not part of a line end makes the message invalid, as do NUL and other controls.
  if (cr_) return Result::bad;
  if (byte == '\r') {
    cr_ = true;
  } else if ((byte < 0x20 && byte != '\t') || byte == 0x7F) {
    return Result::bad;
  } else if (size_ < room) {
    buffer[size_++] = byte;
  } else {
    cut_ = true;
  }
  return Result::more;
}

}  // namespace whit::detail
