// SHA-1 (FIPS 180-4), for Sec-WebSocket-Accept only: nothing here relies on it for security.
#pragma once

#include <cstdint>

#include "whit/bytes.hpp"

namespace whit::detail {

inline constexpr std::size_t kSha1Size = 20;

/// Writes the 20 bytes of the digest of a message.
void sha1(const std::uint8_t* message, std::size_t size, std::uint8_t* digest);
inline void sha1(Bytes message, std::uint8_t* digest) { sha1(message.data(), message.size(), digest); }

}  // namespace whit::detail
