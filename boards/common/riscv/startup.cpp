// What startup.S goes on to: initialised data, constructors, main().
#include <cstdint>
#include <cstring>

#include "hardware.hpp"
#include "semihosting.hpp"

extern "C" {

// Of the linker script.
extern std::uint32_t __data_load[], __data_start[], __data_end[], __bss_start[], __bss_end[];
extern void (*__init_array_start[])();
extern void (*__init_array_end[])();

int application(int argc, char** argv) __asm("main");  // C++ does not let main() be called
std::intptr_t whit_semihosting(int operation, const void* argument);
void* __dso_handle = nullptr;

// Static objects are never destroyed: an image does not end.
int __cxa_atexit(void (*)(void*), void*, void*) { return 0; }
void __cxa_pure_virtual() { whit::hardware::stop(97); }

[[noreturn]] void whit_startup() {
  std::memcpy(__data_start, __data_load, static_cast<std::size_t>(__data_end - __data_start) * 4);
  std::memset(__bss_start, 0, static_cast<std::size_t>(__bss_end - __bss_start) * 4);
  for (auto constructor = __init_array_start; constructor != __init_array_end; ++constructor) (*constructor)();
  application(0, nullptr);
  whit::hardware::stop(96);  // main() ends by board::end()
}

[[noreturn]] void whit_trap() {
  constexpr char kText[] = "FAULT\n";
  whit::hardware::write(kText, sizeof kText - 1);
  whit::hardware::stop(98);
}

}  // extern "C"

namespace whit::semihosting {

std::intptr_t call(int operation, const void* argument) { return whit_semihosting(operation, argument); }

}  // namespace whit::semihosting
