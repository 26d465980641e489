// Recognises the payload of our newest ping without keeping it (FNV-1a).
#pragma once

#include <cstdint>

#include "whit/bytes.hpp"

namespace whit::detail {

inline constexpr std::uint32_t kHashStart = 2166136261u;

inline std::uint32_t hash(std::uint32_t value, Bytes bytes) {
  for (const std::uint8_t byte : bytes) value = (value ^ byte) * 16777619u;
  return value;
}

}  // namespace whit::detail
