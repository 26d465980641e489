// Arm's MPS2 boards: CMSDK UART, LAN9118. A board's board.hpp gives the addresses.
#include "cortex_m/systick.hpp"
#include "hardware.hpp"
#include "mps2_board.hpp"
#include "nic/lan9118.hpp"
#include "semihosting.hpp"

namespace whit::hardware {
namespace {

volatile std::uint32_t* const kUart = reinterpret_cast<volatile std::uint32_t*>(mps2::kUart);
constexpr unsigned kData = 0, kState = 1, kControl = 2, kDivider = 4;

}  // namespace

void start() {
  kUart[kDivider] = 16;
  kUart[kControl] = 1;
  start_systick(mps2::kHertz, mps2::kNetworkInterrupt);
}

void write(const char* text, std::size_t size) {
  for (; size > 0; --size) {
    while ((kUart[kState] & 1) != 0) {
    }
    kUart[kData] = static_cast<std::uint8_t>(*text++);
  }
}

bool random(MutBytes out) { return semihosting::random_for_emulation_only(out); }

err_t network_start(netif* self) { return lan9118_start(mps2::kNetwork, self) ? ERR_OK : ERR_IF; }
void network_poll(netif* self) { lan9118_poll(self); }

void command_line(char* out, std::size_t size) { semihosting::command_line(out, size); }
void stop(int status) { semihosting::stop(status); }

}  // namespace whit::hardware
