// The core's SHA-1 over messages of any length: it leaves the padding to its caller.
#pragma once

#include <string>
#include <string_view>

#include "wire/sha1.hpp"

namespace whit {

inline void sha1_of(std::string_view message, std::uint8_t* digest) {
  std::string blocks(message);
  blocks += '\x80';
  while (blocks.size() % detail::kSha1Block != detail::kSha1Block - 8) blocks += '\0';
  for (int shift = 56; shift >= 0; shift -= 8) blocks += static_cast<char>(message.size() * 8ull >> shift);
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(blocks.data());
  detail::sha1(bytes, bytes + blocks.size(), digest);
}

}  // namespace whit
