// BBC micro:bit (v1): Nordic nRF51822, Cortex-M0. Its network is SLIP over its serial port, so in an emulator the console is
// semihosting, and on the device there is none.
#include <cstring>

#include "hardware.hpp"
#include "lwip/sio.h"
#include "netif/slipif.h"
#ifdef WHIT_EMULATION
#include "semihosting.hpp"
#endif

namespace whit::hardware {
namespace {

volatile std::uint32_t& reg(std::uintptr_t address) { return *reinterpret_cast<volatile std::uint32_t*>(address); }

namespace uart {
constexpr std::uintptr_t kBase = 0x40002000;
constexpr std::uintptr_t kStartReceiving = kBase, kStartSending = kBase + 0x008, kReceived = kBase + 0x108,
                         kSent = kBase + 0x11C, kInterruptOn = kBase + 0x304, kInterruptOff = kBase + 0x308,
                         kEnable = kBase + 0x500, kTxPin = kBase + 0x50C, kRxPin = kBase + 0x514, kRx = kBase + 0x518,
                         kTx = kBase + 0x51C, kBaudRate = kBase + 0x524;
constexpr std::uint32_t kOnReceived = 1u << 2;
constexpr std::uint32_t k115200 = 0x01D7E000;
}  // namespace uart

namespace timer {
constexpr std::uintptr_t kBase = 0x40008000;
constexpr std::uintptr_t kStart = kBase, kCapture0 = kBase + 0x040, kReached1 = kBase + 0x144, kInterruptOn = kBase + 0x304,
                         kInterruptOff = kBase + 0x308, kBits = kBase + 0x508, kPrescaler = kBase + 0x510,
                         kCompare0 = kBase + 0x540, kCompare1 = kBase + 0x544;
constexpr std::uint32_t kOnReached1 = 1u << 17;
constexpr std::uint32_t kHertz = 31250;  // 16 MHz divided by 2 to the power of 9
}  // namespace timer

namespace rng {
constexpr std::uintptr_t kBase = 0x4000D000;
constexpr std::uintptr_t kStart = kBase, kReady = kBase + 0x100, kConfig = kBase + 0x504, kValue = kBase + 0x508;
}  // namespace rng

constexpr std::uintptr_t kInterruptEnable = 0xE000E100, kInterruptDisable = 0xE000E180, kInterruptForget = 0xE000E280;
constexpr std::uint32_t kUartInterrupt = 1u << 2;
constexpr std::uint32_t kTimerInterrupt = 1u << 8;

// What has arrived, from the interrupt to network_poll(). The indices wrap by themselves.
std::uint8_t ring[256];
volatile std::uint8_t put_at = 0;
volatile std::uint8_t take_at = 0;

std::uint32_t ticks() {
  reg(timer::kCapture0) = 1;
  return reg(timer::kCompare0);
}

}  // namespace

void start() {
  reg(uart::kTxPin) = 24;
  reg(uart::kRxPin) = 25;
  reg(uart::kBaudRate) = uart::k115200;
  reg(uart::kEnable) = 4;
  reg(uart::kStartSending) = 1;
  reg(uart::kStartReceiving) = 1;
  reg(uart::kInterruptOn) = uart::kOnReceived;
  reg(timer::kBits) = 3;  // 32
  reg(timer::kPrescaler) = 9;
  reg(timer::kStart) = 1;
  reg(rng::kConfig) = 1;  // corrects the bias
  reg(rng::kStart) = 1;
  reg(kInterruptEnable) = kUartInterrupt;
}

// The timer wraps after 38 hours; whoever asks at least once in so long gets a clock that does not.
std::uint32_t milliseconds() {
  static std::uint32_t last = 0;
  static std::uint64_t total = 0;
  const std::uint32_t now = ticks();
  total += now - last;
  last = now;
  return static_cast<std::uint32_t>(total * 1000 / timer::kHertz);
}

void sleep(std::uint32_t most_ms) {
  constexpr std::uint32_t kMostMs = 60000;
  asm volatile("cpsid i" ::: "memory");  // what comes from here on ends WFI and is served after it
  if (put_at == take_at) {
    reg(timer::kCompare1) = ticks() + (most_ms < kMostMs ? most_ms : kMostMs) * timer::kHertz / 1000 + 1;
    reg(timer::kReached1) = 0;
    reg(timer::kInterruptOn) = timer::kOnReached1;
    reg(kInterruptEnable) = kTimerInterrupt;
    asm volatile("dsb\n wfi" ::: "memory");
    reg(kInterruptDisable) = kTimerInterrupt;
    reg(timer::kInterruptOff) = timer::kOnReached1;
    reg(kInterruptForget) = kTimerInterrupt;
  }
  asm volatile("cpsie i" ::: "memory");
}

bool random(MutBytes out) {
  for (std::uint8_t& byte : out) {
    while (reg(rng::kReady) == 0) {
    }
    reg(rng::kReady) = 0;
    byte = static_cast<std::uint8_t>(reg(rng::kValue));
  }
  return true;
}

err_t network_start(netif* self) { return slipif_init(self); }
void network_poll(netif* self) { slipif_poll(self); }

#ifdef WHIT_EMULATION
void write(const char* text, std::size_t size) { semihosting::write(text, size); }
void command_line(char* out, std::size_t size) { semihosting::command_line(out, size); }
void stop(int status) { semihosting::stop(status); }
#else
void write(const char*, std::size_t) {}
void command_line(char* out, std::size_t size) {
  std::strncpy(out, WHIT_COMMAND_LINE, size - 1);
  out[size - 1] = '\0';
}
void stop(int) {
  while (true) asm volatile("wfi");
}
#endif

// Room is made by network_poll(); until then the rest waits in the UART, and beyond that in whoever sends.
extern "C" void whit_uart_interrupt() {
  while (reg(uart::kReceived) != 0) {
    const auto next = static_cast<std::uint8_t>(put_at + 1);
    if (next == take_at) {
      reg(uart::kInterruptOff) = uart::kOnReceived;
      return;
    }
    reg(uart::kReceived) = 0;
    ring[put_at] = static_cast<std::uint8_t>(reg(uart::kRx));
    put_at = next;
  }
}

// lwIP's SLIP asks for these.
extern "C" {

sio_fd_t sio_open(u8_t) { return ring; }

void sio_send(u8_t byte, sio_fd_t) {
  reg(uart::kSent) = 0;
  reg(uart::kTx) = byte;
  while (reg(uart::kSent) == 0) {
  }
}

u32_t sio_read(sio_fd_t, u8_t*, u32_t) { return 0; }  // for threads, which there are none of

u32_t sio_tryread(sio_fd_t, u8_t* out, u32_t) {
  if (put_at == take_at) return 0;
  *out = ring[take_at];
  take_at = static_cast<std::uint8_t>(take_at + 1);
  reg(uart::kInterruptOn) = uart::kOnReceived;
  return 1;
}

}  // extern "C"

}  // namespace whit::hardware
