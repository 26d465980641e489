// Time for the core: the system's monotonic clock in milliseconds.
#pragma once

#include "whit/time.hpp"

namespace whit::posix {

/// CLOCK_MONOTONIC, or lwIP's sys_now() over its sockets: it never goes back and no one can set it.
[[nodiscard]] Instant now();

}  // namespace whit::posix
