#include "nic/stellaris_enet.hpp"

#include "lwip/pbuf.h"
#include "nic/ethernet.hpp"

namespace whit::hardware {
namespace {

volatile std::uint32_t* const kRegisters = reinterpret_cast<volatile std::uint32_t*>(0x40048000);
// In words.
constexpr unsigned kInterruptStatus = 0, kInterruptMask = 1, kRxControl = 2, kTxControl = 3, kData = 4, kAddress0 = 5,
                   kAddress1 = 6, kPackets = 13, kTransmit = 14;
constexpr std::uint32_t kReceived = 1;
constexpr unsigned kLengthAndCrc = 6;  // what the first word's length counts besides the frame
constexpr unsigned kHeader = 14;
constexpr std::uint8_t kMac[6] = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56};

std::uint32_t read_data() { return kRegisters[kData]; }

// Two bytes of length come before the frame, where ETH_PAD_SIZE left room.
err_t send(netif*, pbuf* frame) {
  std::uint32_t word = frame->tot_len - ETH_PAD_SIZE - kHeader;
  unsigned at = 0;
  for (const pbuf* part = frame; part != nullptr; part = part->next) {
    const auto* data = static_cast<const std::uint8_t*>(part->payload);
    for (unsigned i = 0; i < part->len; ++i, ++at) {
      if (at < ETH_PAD_SIZE) continue;
      word |= static_cast<std::uint32_t>(data[i]) << 8 * (at % 4);
      if (at % 4 != 3) continue;
      kRegisters[kData] = word;
      word = 0;
    }
  }
  if (at % 4 != 0) kRegisters[kData] = word;
  kRegisters[kTransmit] = 1;
  while ((kRegisters[kTransmit] & 1) != 0) {
  }
  return ERR_OK;
}

// Reads a frame into a pbuf of the pool, or drops it if there is none. The length goes where the padding is.
pbuf* receive() {
  std::uint32_t word = read_data();
  const unsigned frame_size = (word & 0xFFFF) - kLengthAndCrc;
  const unsigned size = frame_size + ETH_PAD_SIZE;
  unsigned words = (size + 4 + 3) / 4;  // with the CRC
  pbuf* frame = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(size), PBUF_POOL);
  bool first = true;
  for (pbuf* part = frame; part != nullptr; part = part->next) {
    auto* out = static_cast<std::uint32_t*>(part->payload);
    for (unsigned n = (part->len + 3u) / 4; n > 0; --n, --words) {
      if (!first) word = read_data();
      first = false;
      *out++ = word;
    }
  }
  if (first) --words;
  for (; words > 0; --words) read_data();
  return frame;
}

}  // namespace

void stellaris_start(netif* self) {
  kRegisters[kInterruptMask] = 0;
  kRegisters[kRxControl] = 0x10;  // empties the FIFO
  kRegisters[kInterruptStatus] = 0x7F;
  for (unsigned i = 0; i < 6; ++i) self->hwaddr[i] = kMac[i];
  kRegisters[kAddress0] = 0u | kMac[0] | kMac[1] << 8 | kMac[2] << 16 | static_cast<std::uint32_t>(kMac[3]) << 24;
  kRegisters[kAddress1] = 0u | kMac[4] | kMac[5] << 8;
  kRegisters[kTxControl] = 0x0F;  // full duplex, CRC, padding, on
  kRegisters[kRxControl] = 1;
  kRegisters[kInterruptMask] = kReceived;
  be_ethernet(self, send);
}

void stellaris_poll(netif* self) {
  kRegisters[kInterruptStatus] = kReceived;  // before looking, so that what comes later is seen
  while ((kRegisters[kPackets] & 0x3F) != 0) {
    pbuf* frame = receive();
    if (frame != nullptr && self->input(frame, self) != ERR_OK) pbuf_free(frame);
  }
}

}  // namespace whit::hardware
