// Many short texts as one: a Cortex-M makes a place in a text with one short instruction, but an address with two and a
// word of data.
#pragma once

#include <cstdint>
#include <string_view>

namespace whit::detail {

/// Where a text, with the NUL at its end, stands in another one. Not a constant expression if it does not.
template <std::size_t M, std::size_t N>
constexpr std::uint8_t place(const char (&all)[M], const char (&text)[N]) {
  static_assert(M <= 256);
  std::size_t at = 0;
  while (std::string_view(all + at, N) != std::string_view(text, N)) ++at;
  return static_cast<std::uint8_t>(at);
}

}  // namespace whit::detail
