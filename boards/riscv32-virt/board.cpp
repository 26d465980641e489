// QEMU's "virt" machine with a 32-bit RISC-V core: CLINT, PLIC, 16550 UART, virtio.
#include "hardware.hpp"
#include "nic/virtio_net.hpp"
#include "semihosting.hpp"

extern "C" void whit_wait_for_interrupt();

namespace whit::hardware {
namespace {

volatile std::uint32_t& reg(std::uintptr_t address) { return *reinterpret_cast<volatile std::uint32_t*>(address); }

constexpr std::uintptr_t kUart = 0x10000000;
constexpr std::uintptr_t kTime = 0x0200BFF8, kTimeCompare = 0x02004000;
constexpr std::uint32_t kTicksPerMs = 10000;
constexpr std::uintptr_t kPriority = 0x0C000000, kEnable = 0x0C002000, kClaim = 0x0C200004;
// QEMU fills the eight slots for virtio devices from the last one.
constexpr std::uintptr_t kNetwork = 0x10008000;
constexpr unsigned kNetworkInterrupt = 8;

std::uint64_t ticks() {
  while (true) {
    const std::uint32_t high = reg(kTime + 4);
    const std::uint32_t low = reg(kTime);
    if (reg(kTime + 4) == high) return static_cast<std::uint64_t>(high) << 32 | low;
  }
}

}  // namespace

void start() {
  reg(kPriority + 4 * kNetworkInterrupt) = 1;
  reg(kEnable) = 1u << kNetworkInterrupt;
}

std::uint32_t milliseconds() { return static_cast<std::uint32_t>(ticks() / kTicksPerMs); }

void sleep(std::uint32_t most_ms) {
  const std::uint64_t until = ticks() + std::uint64_t{most_ms} * kTicksPerMs;
  reg(kTimeCompare + 4) = ~0u;  // no moment in between may lie in the past
  reg(kTimeCompare) = static_cast<std::uint32_t>(until);
  reg(kTimeCompare + 4) = static_cast<std::uint32_t>(until >> 32);
  whit_wait_for_interrupt();
  const std::uint32_t interrupt = reg(kClaim);
  if (interrupt != 0) reg(kClaim) = interrupt;
}

void write(const char* text, std::size_t size) {
  for (; size > 0; --size) *reinterpret_cast<volatile char*>(kUart) = *text++;
}

bool random(MutBytes out) { return semihosting::random_for_emulation_only(out); }

err_t network_start(netif* self) { return virtio_net_start(kNetwork, self) ? ERR_OK : ERR_IF; }
void network_poll(netif* self) { virtio_net_poll(self); }

void command_line(char* out, std::size_t size) { semihosting::command_line(out, size); }
void stop(int status) { semihosting::stop(status); }

}  // namespace whit::hardware
