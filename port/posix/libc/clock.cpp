#include "posix/clock.hpp"

#include <time.h>

#include <cstdint>

namespace whit::posix {

Instant now() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  const auto ms = static_cast<std::uint64_t>(t.tv_sec) * 1000u + static_cast<std::uint64_t>(t.tv_nsec) / 1000000u;
  return {static_cast<std::uint32_t>(ms)};  // wraps after 49.7 days, and may
}

}  // namespace whit::posix
