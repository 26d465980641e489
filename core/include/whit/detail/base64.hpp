// Base64 (RFC 4648 4), with padding.
#pragma once

#include <cstddef>
#include <cstdint>

#include "whit/bytes.hpp"

namespace whit::detail {

[[nodiscard]] constexpr std::size_t base64_size(std::size_t n) { return (n + 2) / 3 * 4; }

/// Writes base64_size(size) characters.
void base64_encode(const std::uint8_t* bytes, std::size_t size, char* to);
inline void base64_encode(Bytes bytes, char* to) { base64_encode(bytes.data(), bytes.size(), to); }

/// The value of a base64 digit, or -1.
[[nodiscard]] int base64_value(char digit);

}  // namespace whit::detail
