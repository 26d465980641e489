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

  /// Takes bytes up to and including the end of the line, and moves `in` behind them. On `line`, the text without its
  /// end is buffer[0, size()); call next() before the following line. A lone LF ends a line, too.
  Result read(const std::uint8_t*& in, const std::uint8_t* end, const MutBytes& buffer);
  /// The same; `used` tells how many bytes were taken. A lone LF ends a line only if `lone_lf`.
  Result read(Bytes in, MutBytes buffer, bool lone_lf, std::size_t& used) {
    const std::uint8_t* at = in.data();
    const Result result = read(at, in.end(), buffer);
    used = static_cast<std::size_t>(at - in.data());
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
  std::uint16_t size_ = 0;
  bool cut_ = false;
  bool cr_ = false;
};

}  // namespace whit::detail
