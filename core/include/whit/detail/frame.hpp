// The frame header of RFC 6455 5.2, in numbers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace whit::detail {

inline constexpr std::uint8_t kFin = 0x80;
inline constexpr std::uint8_t kRsv = 0x70;
inline constexpr std::uint8_t kMasked = 0x80;
inline constexpr std::size_t kMaxControl = 125;

enum Opcode : std::uint8_t { kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };

/// Size of a header before a payload of n bytes, in the shortest form.
[[nodiscard]] constexpr std::size_t header_size(std::size_t n, bool masked) {
  return 2u + (n < 126 ? 0u : n <= 0xFFFF ? 2u : 8u) + (masked ? 4u : 0u);
}

inline constexpr std::size_t kMaxHeader = 14;
inline constexpr std::size_t kMaxControlFrame = 2 + 4 + kMaxControl;

/// Network order, as in the header and in the body of Close.
inline void store16(std::uint8_t* to, std::uint16_t value) {
  to[0] = static_cast<std::uint8_t>(value >> 8);
  to[1] = static_cast<std::uint8_t>(value);
}
[[nodiscard]] inline std::uint16_t load16(const std::uint8_t* from) {
  return static_cast<std::uint16_t>(from[0] << 8 | from[1]);
}

}  // namespace whit::detail
