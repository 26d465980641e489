// Recognises the payload of our newest ping, or a URL, without keeping it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace whit::detail {

inline constexpr std::uint32_t kHashStart = 1;

// Each byte moves the others by nine bits and spreads them: no two texts of up to three bytes are alike, and of longer
// ones one in four billion.
inline std::uint32_t hash(std::uint32_t value, const std::uint8_t* bytes, std::size_t size) {
  for (const std::uint8_t* const end = bytes + size; bytes != end;) value = (value << 9 | value >> 23) * 5 + *bytes++;
  return value;
}

}  // namespace whit::detail
