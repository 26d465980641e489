// milliseconds() and sleep() of hardware.hpp for a Cortex-M that has SysTick.
#pragma once

#include <cstdint>

namespace whit::hardware {

/// `network_interrupt`: the number of the interrupt that ends sleep().
void start_systick(std::uint32_t hertz, unsigned network_interrupt);

}  // namespace whit::hardware
