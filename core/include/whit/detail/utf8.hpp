// UTF-8 validation that may be cut anywhere (RFC 3629, RFC 6455 8.1).
#pragma once

#include <cstdint>

#include "whit/bytes.hpp"

namespace whit::detail {

/// Fails at the first byte that no valid text can have there. All zeros is its state between two characters.
class Utf8 {
 public:
  /// False at the first impossible byte; the state is then of no further use. With `last` also if a character is cut.
  bool feed(const std::uint8_t* p, std::size_t size, bool last = false);
  /// True unless the bytes so far end within a character.
  [[nodiscard]] bool complete() const { return need_ == 0; }

 private:
  std::uint8_t need_ = 0;   // continuation bytes still to come
  std::uint16_t code_ = 0;  // bits of the character so far
};

[[nodiscard]] bool is_utf8(const std::uint8_t* p, std::size_t size);
[[nodiscard]] inline bool is_utf8(Bytes bytes) { return is_utf8(bytes.data(), bytes.size()); }

}  // namespace whit::detail
