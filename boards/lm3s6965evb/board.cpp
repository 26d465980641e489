// TI's Stellaris LM3S6965 evaluation board: Cortex-M3, PL011 UART, its own Ethernet controller.
#include "cortex_m/systick.hpp"
#include "hardware.hpp"
#include "nic/stellaris_enet.hpp"
#include "semihosting.hpp"

namespace whit::hardware {
namespace {

volatile std::uint32_t* const kUart = reinterpret_cast<volatile std::uint32_t*>(0x4000C000);
constexpr std::uint32_t kHertz = 12500000;  // as it is after reset: the PLL divided by 16
constexpr unsigned kNetworkInterrupt = 42;

}  // namespace

void start() { start_systick(kHertz, kNetworkInterrupt); }

void write(const char* text, std::size_t size) {
  for (; size > 0; --size) kUart[0] = static_cast<std::uint8_t>(*text++);
}

bool random(MutBytes out) { return semihosting::random_for_emulation_only(out); }

err_t network_start(netif* self) {
  stellaris_start(self);
  return ERR_OK;
}
void network_poll(netif* self) { stellaris_poll(self); }

void command_line(char* out, std::size_t size) { semihosting::command_line(out, size); }
void stop(int status) { semihosting::stop(status); }

}  // namespace whit::hardware
