// MPS2 with the image AN500: Cortex-M7.
#pragma once

#include <cstdint>

namespace whit::mps2 {

inline constexpr std::uintptr_t kUart = 0x40004000;
inline constexpr std::uintptr_t kNetwork = 0xA0000000;
inline constexpr unsigned kNetworkInterrupt = 13;
inline constexpr std::uint32_t kHertz = 25000000;

}  // namespace whit::mps2
