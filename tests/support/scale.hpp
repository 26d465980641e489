// How much the longest tests do.
#pragma once

#include <cstdint>

namespace whit::test {

/// The tests with a hundred thousand or a million of something do one part of so many: an emulated board is slow, and
/// has a few megabytes. Hosts do it all.
#ifdef WHIT_TEST_FRACTION
inline constexpr std::uint32_t kFraction = WHIT_TEST_FRACTION;
#else
inline constexpr std::uint32_t kFraction = 1;
#endif

}  // namespace whit::test
