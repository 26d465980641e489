// Lines of an HTTP head, one at a time, in constant memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "whit/bytes.hpp"

namespace whit::detail {

/// Gathers one line of an HTTP head in a buffer of the caller's, whatever its length: what does not fit is passed over
/// and cut() tells. Lone CR, NUL and other controls except HTAB are refused (RFC 9112 2.2, RFC 9110 5.5).
class LineReader {
 public:
  enum class Result : std::uint8_t { more, line, bad };

  /// Takes one byte. On `line`, the text without its end is buffer[0, size()); call next() before the following line. A
  /// lone LF ends a line, too.
  Result take(std::uint8_t byte, std::uint8_t* buffer, std::size_t room);
  /// The same for all bytes up to and including the end of the line; `used` tells how many that were. A lone LF ends a
  /// line only if `lone_lf`. At most 0xFFFF bytes are kept, so that 16 bits are enough for their places.
  Result read(Bytes in, MutBytes buffer, bool lone_lf, std::size_t& used) {
    const std::size_t room = buffer.size() < 0xFFFF ? buffer.size() : 0xFFFF;
    Result result = Result::more;
    for (used = 0; used != in.size() && result == Result::more; ++used) {
      result = take(in[used], buffer.data(), room);
    }
    return result == Result::line && !lone_lf && !cr_ ? Result::bad : result;
  }
  void next() {
    size_ = 0;
    cut_ = false;
    cr_ = false;
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool cut() const { return cut_; }

 private:
  std::size_t size_ = 0;
  bool cut_ = false;
  bool cr_ = false;
};

}  // namespace whit::detail
