// Full-jitter exponential backoff.
#pragma once

#include <cstdint>

#include "whit/entropy.hpp"

namespace whit::detail {

/// A number in 0..most, each as likely; `most` itself if the source fails, which is the more patient choice.
std::uint32_t random_up_to(std::uint32_t most, const Entropy& entropy);

/// RFC 6455 7.2.3: truncated binary exponential. The window of the nth failure (from 1): first_ms, doubled each time,
/// up to most_ms.
std::uint32_t backoff_window(std::uint32_t failures, std::uint32_t first_ms, std::uint32_t most_ms);

}  // namespace whit::detail
