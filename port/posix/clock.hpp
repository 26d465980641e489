// Time for the core: the system's monotonic clock in milliseconds.
#pragma once

#include "whit/time.hpp"

namespace whit::posix {

/// CLOCK_MONOTONIC: it never goes back and no one can set it.
[[nodiscard]] Instant now();

}  // namespace whit::posix
