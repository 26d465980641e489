// Recognises the payload of our newest ping without keeping it (FNV-1a).
#pragma once

#include <cstddef>
#include <cstdint>

namespace whit::detail {

inline constexpr std::uint32_t kHashStart = 2166136261u;

inline std::uint32_t hash(std::uint32_t value, const std::uint8_t* bytes, std::size_t size) {
  for (const std::uint8_t* const end = bytes + size; bytes != end;) value = (value ^ *bytes++) * 16777619u;
  return value;
}

}  // namespace whit::detail
