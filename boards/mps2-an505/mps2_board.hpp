// MPS2 with the image AN505: Cortex-M33, which stays in its secure state and uses the secure addresses.
#pragma once

#include <cstdint>

namespace whit::mps2 {

inline constexpr std::uintptr_t kUart = 0x50200000;
inline constexpr std::uintptr_t kNetwork = 0x52000000;
inline constexpr unsigned kNetworkInterrupt = 48;
inline constexpr std::uint32_t kHertz = 20000000;

}  // namespace whit::mps2
