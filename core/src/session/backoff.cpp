#include "whit/detail/backoff.hpp"

#include <cstring>

namespace whit::detail {

std::uint32_t random_up_to(std::uint32_t most, const Entropy& entropy) {
  std::uint8_t bytes[4];
  if (!entropy.fill(entropy.context, MutBytes(bytes))) return most;
  std::uint32_t random = 0;
  std::memcpy(&random, bytes, sizeof random);
  return static_cast<std::uint32_t>((std::uint64_t{random} * (std::uint64_t{most} + 1)) >> 32);
}

std::uint32_t backoff_window(std::uint32_t failures, std::uint32_t first_ms, std::uint32_t most_ms) {
  std::uint32_t window = first_ms < most_ms ? first_ms : most_ms;
  for (std::uint32_t i = 1; i < failures && window < most_ms; ++i) window = window > most_ms / 2 ? most_ms : window * 2;
  return window;
}

}  // namespace whit::detail
