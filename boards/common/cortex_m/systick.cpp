// Time by SysTick without a tick: it counts as far as it can, and while the core sleeps, as far as it has to.
#include "cortex_m/systick.hpp"

#include "hardware.hpp"

namespace whit::hardware {
namespace {

volatile std::uint32_t* reg(std::uintptr_t address) { return reinterpret_cast<volatile std::uint32_t*>(address); }

volatile std::uint32_t* const kControl = reg(0xE000E010);
volatile std::uint32_t* const kReload = reg(0xE000E014);
volatile std::uint32_t* const kValue = reg(0xE000E018);
volatile std::uint32_t* const kInterruptState = reg(0xE000ED04);
volatile std::uint32_t* const kEnable = reg(0xE000E100);
volatile std::uint32_t* const kDisable = reg(0xE000E180);
volatile std::uint32_t* const kForgetPending = reg(0xE000E280);
constexpr std::uint32_t kRun = 7;             // enabled, interrupting, at the clock of the core
constexpr std::uint32_t kPending = 1u << 26;  // SysTick's interrupt
constexpr std::uint32_t kForget = 1u << 25;   // that one
constexpr std::uint32_t kMost = 0xFFFFFF;

std::uint32_t cycles_per_ms;
unsigned wakes;                  // the interrupt of the network
std::uint32_t period;            // cycles of this round, minus 1
volatile std::uint64_t counted;  // cycles before this round

// While it lives no interrupt is taken, but one that comes still ends WFI.
class Masked {
 public:
  Masked() { asm volatile("mrs %0, primask\n cpsid i" : "=r"(before_)::"memory"); }
  ~Masked() { asm volatile("msr primask, %0" ::"r"(before_) : "memory"); }

 private:
  std::uint32_t before_;
};

void begin(std::uint32_t cycles) {
  period = cycles;
  *kReload = cycles;
  *kValue = 0;  // starts the round, at the next cycle
  while (*kValue == 0) {
  }
  *kInterruptState = kForget;
}

std::uint64_t cycles() {
  const Masked masked;
  const std::uint32_t left = *kValue;
  if ((*kInterruptState & kPending) == 0) return counted + (period - left);
  return counted + (period + 1) + (period - *kValue);  // the round has just ended
}

}  // namespace

void start_systick(std::uint32_t hertz, unsigned network_interrupt) {
  cycles_per_ms = hertz / 1000;
  wakes = network_interrupt;
  *kReload = kMost;
  *kControl = kRun;
  begin(kMost);
}

std::uint32_t milliseconds() { return static_cast<std::uint32_t>(cycles() / cycles_per_ms); }

void sleep(std::uint32_t most_ms) {
  const Masked masked;
  const std::uint32_t most = kMost / cycles_per_ms;
  counted = cycles();
  begin((most_ms < most ? most_ms : most) * cycles_per_ms);
  // The network's interrupt is of use here only, and never taken. That it came earlier is forgotten, unless the driver has not
  // looked since: then the line is still up, and with it what is pending.
  kForgetPending[wakes / 32] = 1u << wakes % 32;
  kEnable[wakes / 32] = 1u << wakes % 32;
  asm volatile("dsb\n wfi" ::: "memory");
  kDisable[wakes / 32] = 1u << wakes % 32;
  counted = cycles();
  begin(kMost);
}

extern "C" void whit_systick_interrupt() { counted = counted + period + 1; }

}  // namespace whit::hardware
