// Masking (RFC 6455 5.3): copy and XOR in one pass.
#pragma once

#include <cstddef>
#include <cstdint>

namespace whit::detail {

/// XORs `size` bytes from `from` to `to` with the key and returns the key rotated, so that the next call goes on where
/// this one ended. The key is four bytes in memory order. `to` may be `from`; otherwise they must not overlap.
std::uint32_t mask(std::uint8_t* to, const std::uint8_t* from, std::size_t size, std::uint32_t key);

}  // namespace whit::detail
