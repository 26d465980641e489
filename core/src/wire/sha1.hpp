// SHA-1 (FIPS 180-4), for Sec-WebSocket-Accept only: nothing here relies on it for security.
#pragma once

#include <cstddef>
#include <cstdint>

namespace whit::detail {

inline constexpr std::size_t kSha1Size = 20, kSha1Block = 64;

/// Writes the 20 bytes of the digest of a message: of whole blocks, that is with its padding (5.1.1): a byte 0x80, zeros,
/// and its length in bits as the last eight bytes, big-endian.
void sha1(const std::uint8_t* blocks, const std::uint8_t* end, std::uint8_t* digest);

}  // namespace whit::detail
