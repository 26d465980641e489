// From reset to main() on a Cortex-M: the vector table, initialised data, constructors.
#include <cstdint>
#include <cstring>

#include "hardware.hpp"

extern "C" {

// Of the linker script.
extern std::uint32_t __stack[], __data_load[], __data_start[], __data_end[], __bss_start[], __bss_end[];
extern void (*__init_array_start[])();
extern void (*__init_array_end[])();

int application(int argc, char** argv) __asm("main");  // C++ does not let main() be called
void* __dso_handle = nullptr;

// Static objects are never destroyed: an image does not end.
int __aeabi_atexit(void*, void (*)(void*), void*) { return 0; }

// A pure virtual call, or an assertion: as bad as a fault.
void __cxa_pure_virtual() { whit::hardware::stop(97); }

[[noreturn]] void whit_reset() {
  std::memcpy(__data_start, __data_load, static_cast<std::size_t>(__data_end - __data_start) * 4);
  std::memset(__bss_start, 0, static_cast<std::size_t>(__bss_end - __bss_start) * 4);
  for (auto constructor = __init_array_start; constructor != __init_array_end; ++constructor) (*constructor)();
  application(0, nullptr);
  whit::hardware::stop(96);  // main() ends by board::end()
}

void whit_fault() {
  constexpr char kText[] = "FAULT\n";
  whit::hardware::write(kText, sizeof kText - 1);
  whit::hardware::stop(98);
}

void __attribute__((weak, alias("whit_fault"))) whit_systick_interrupt();
void __attribute__((weak, alias("whit_fault"))) whit_uart_interrupt();
void __attribute__((weak, alias("whit_fault"))) whit_timer_interrupt();

}  // extern "C"

namespace {

using Vector = void (*)();

// The 15 of the core, then the board's own: only the micro:bit (nRF51) takes any. The others use theirs to wake up.
struct Vectors {
  std::uint32_t* stack;
  Vector core[15];
  Vector external[32];
};

[[gnu::section(".vectors"), gnu::used]] const Vectors vectors = {
    __stack,
    {whit_reset, whit_fault, whit_fault, whit_fault, whit_fault, whit_fault, nullptr, nullptr, nullptr, nullptr,
     whit_fault, whit_fault, nullptr, whit_fault, whit_systick_interrupt},
    {whit_fault, whit_fault, whit_uart_interrupt, whit_fault, whit_fault, whit_fault, whit_fault, whit_fault,
     whit_timer_interrupt},
};

}  // namespace
