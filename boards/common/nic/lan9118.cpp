#include "nic/lan9118.hpp"

#include "lwip/pbuf.h"
#include "nic/ethernet.hpp"

namespace whit::hardware {
namespace {

std::uintptr_t base_address;

volatile std::uint32_t& reg(std::uintptr_t offset) {
  return *reinterpret_cast<volatile std::uint32_t*>(base_address + offset);
}

std::uint32_t read(std::uintptr_t offset) { return reg(offset); }

constexpr std::uintptr_t kRxData = 0x00, kTxData = 0x20, kRxStatus = 0x40, kTxStatus = 0x48, kInterruptConfig = 0x54,
                         kInterruptStatus = 0x58, kInterruptEnable = 0x5C, kByteTest = 0x64, kFifoLevels = 0x68,
                         kRxConfig = 0x6C, kTxConfig = 0x70, kHardwareConfig = 0x74, kRxFifo = 0x7C, kTxFifo = 0x80,
                         kMacCommand = 0xA4, kMacData = 0xA8;
constexpr std::uint32_t kReceived = 1u << 3;  // the receive status FIFO is above its level
constexpr std::uint32_t kPushPullActiveHigh = 0x111;
constexpr std::uint32_t kBusy = 1u << 31;
constexpr std::uint32_t kFull = 0xFF0000;  // entries of a status FIFO
constexpr std::uint32_t kBadFrame = 0x8000;
constexpr unsigned kMacControl = 1, kMacAddressHigh = 2, kMacAddressLow = 3;
constexpr std::uint32_t kFullDuplexBothWays = 0x0010000C;

std::uint32_t mac_read(unsigned index) {
  reg(kMacCommand) = 0xC0000000 | index;
  while ((reg(kMacCommand) & kBusy) != 0) {
  }
  return reg(kMacData);
}

void mac_write(unsigned index, std::uint32_t value) {
  reg(kMacData) = value;
  reg(kMacCommand) = kBusy | index;
  while ((reg(kMacCommand) & kBusy) != 0) {
  }
}

// The frame begins two bytes into the first word, as ETH_PAD_SIZE has it.
err_t send(netif*, pbuf* frame) {
  const std::uint32_t size = frame->tot_len - ETH_PAD_SIZE;
  reg(kTxData) = 2u << 16 | 0x3000 | size;  // offset, first and last
  reg(kTxData) = 1u << 16 | size;
  std::uint32_t word = 0;
  unsigned bytes = 0;
  for (const pbuf* part = frame; part != nullptr; part = part->next) {
    const auto* data = static_cast<const std::uint8_t*>(part->payload);
    for (unsigned i = 0; i < part->len; ++i) {
      word |= static_cast<std::uint32_t>(data[i]) << 8 * bytes;
      if (++bytes < 4) continue;
      reg(kTxData) = word;
      word = bytes = 0;
    }
  }
  if (bytes > 0) reg(kTxData) = word;
  while ((reg(kTxFifo) & kFull) != 0) read(kTxStatus);
  return ERR_OK;
}

// Reads a frame into a pbuf of the pool, or drops it if there is none.
pbuf* receive() {
  const std::uint32_t status = reg(kRxStatus);
  const unsigned size = (status >> 16 & 0x3FFF) + ETH_PAD_SIZE;  // with 4 bytes of CRC
  unsigned words = (size + 3) / 4;
  pbuf* frame = nullptr;
  if ((status & kBadFrame) == 0) frame = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(size), PBUF_POOL);
  for (pbuf* part = frame; part != nullptr; part = part->next) {
    // A part that is not the last holds whole words: PBUF_POOL_BUFSIZE is a multiple of 4.
    auto* out = static_cast<std::uint32_t*>(part->payload);
    for (unsigned n = (part->len + 3u) / 4; n > 0; --n, --words) *out++ = reg(kRxData);
  }
  for (; words > 0; --words) read(kRxData);
  if (frame != nullptr) pbuf_realloc(frame, static_cast<u16_t>(size - 4));
  return frame;
}

}  // namespace

bool lan9118_start(std::uintptr_t base, netif* self) {
  base_address = base;
  if (reg(kByteTest) != 0x87654321) return false;
  reg(kHardwareConfig) = 1;
  while ((reg(kHardwareConfig) & 1) != 0) {
  }
  reg(kHardwareConfig) = 0x00050000;
  reg(kRxConfig) = 2u << 8;
  reg(kTxConfig) = 2;
  mac_write(kMacControl, kFullDuplexBothWays);
  const std::uint32_t low = mac_read(kMacAddressLow);
  const std::uint32_t high = mac_read(kMacAddressHigh);
  for (unsigned i = 0; i < 4; ++i) self->hwaddr[i] = static_cast<std::uint8_t>(low >> 8 * i);
  for (unsigned i = 0; i < 2; ++i) self->hwaddr[4 + i] = static_cast<std::uint8_t>(high >> 8 * i);
  reg(kFifoLevels) = 0;
  reg(kInterruptStatus) = ~0u;
  reg(kInterruptConfig) = kPushPullActiveHigh;
  reg(kInterruptEnable) = kReceived;
  be_ethernet(self, send);
  return true;
}

void lan9118_poll(netif* self) {
  reg(kInterruptStatus) = kReceived;  // before looking, so that what comes later is seen
  while ((reg(kRxFifo) & kFull) != 0) {
    pbuf* frame = receive();
    if (frame != nullptr && self->input(frame, self) != ERR_OK) pbuf_free(frame);
  }
}

}  // namespace whit::hardware
