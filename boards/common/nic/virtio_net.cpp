#include "nic/virtio_net.hpp"

#include <cstring>

#include "lwip/pbuf.h"
#include "nic/ethernet.hpp"

namespace whit::hardware {
namespace {

constexpr unsigned kBuffers = 8;  // a power of 2
constexpr std::size_t kHeader = 12;
constexpr std::size_t kLargest = 1514;

struct Descriptor {
  std::uint64_t address;
  std::uint32_t size;
  std::uint16_t flags;
  std::uint16_t next;
};
constexpr std::uint16_t kDeviceWrites = 2;

struct Available {
  std::uint16_t flags;
  std::uint16_t index;
  std::uint16_t ring[kBuffers];
};

struct Used {
  std::uint16_t flags;
  volatile std::uint16_t index;
  struct {
    std::uint32_t id;
    std::uint32_t size;
  } ring[kBuffers];
};

struct Queue {
  alignas(16) Descriptor descriptors[kBuffers];
  alignas(2) Available available;
  alignas(4) Used used;
  std::uint16_t seen;  // of the used ones
};

// virtio 1.2, 4.2.2
constexpr std::uintptr_t kMagic = 0x00, kVersion = 0x04, kDevice = 0x08, kDriverFeatures = 0x20,
                         kDriverFeaturesSelect = 0x24, kQueueSelect = 0x30, kQueueSize = 0x38, kQueueReady = 0x44,
                         kNotify = 0x50, kInterruptAcknowledge = 0x64, kStatus = 0x70, kDescriptors = 0x80,
                         kAvailable = 0x90, kUsed = 0xA0, kConfiguration = 0x100;
constexpr std::uint32_t kFeatureMac = 1u << 5, kFeatureVersion1 = 1u << 0;  // the latter in the second word
enum { kAcknowledge = 1, kDriver = 2, kDriverOk = 4, kFeaturesOk = 8 };
enum { kReceive = 0, kTransmit = 1 };

std::uintptr_t base_address;
Queue queues[2];
alignas(4) std::uint8_t received[kBuffers][kHeader + kLargest + 2];
alignas(4) std::uint8_t sent[kHeader + kLargest];

volatile std::uint32_t& reg(std::uintptr_t offset) {
  return *reinterpret_cast<volatile std::uint32_t*>(base_address + offset);
}

void fence() { asm volatile("fence" ::: "memory"); }

template <typename T>
void give_address(std::uintptr_t offset, const T& what) {
  reg(offset) = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(&what));
  reg(offset + 4) = 0;
}

void start_queue(unsigned number) {
  reg(kQueueSelect) = number;
  reg(kQueueSize) = kBuffers;
  give_address(kDescriptors, queues[number].descriptors);
  give_address(kAvailable, queues[number].available);
  give_address(kUsed, queues[number].used);
  reg(kQueueReady) = 1;
}

void offer(Queue& queue, std::uint16_t id) {
  queue.available.ring[queue.available.index % kBuffers] = id;
  fence();
  queue.available.index = static_cast<std::uint16_t>(queue.available.index + 1);
  fence();
}

err_t send(netif*, pbuf* frame) {
  const auto size = static_cast<u16_t>(frame->tot_len - ETH_PAD_SIZE);
  if (size > kLargest) return ERR_BUF;
  pbuf_copy_partial(frame, sent + kHeader, size, ETH_PAD_SIZE);
  Queue& queue = queues[kTransmit];
  queue.descriptors[0] = {reinterpret_cast<std::uintptr_t>(sent), kHeader + size, 0, 0};
  offer(queue, 0);
  reg(kNotify) = kTransmit;
  while (queue.used.index == queue.seen) {
  }
  ++queue.seen;
  return ERR_OK;
}

// A copy in the pool, so that the buffer goes back at once.
pbuf* copy(const std::uint8_t* frame, std::size_t size) {
  pbuf* result = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(size + ETH_PAD_SIZE), PBUF_POOL);
  if (result != nullptr) pbuf_take_at(result, frame, static_cast<u16_t>(size), ETH_PAD_SIZE);
  return result;
}

}  // namespace

bool virtio_net_start(std::uintptr_t base, netif* self) {
  constexpr std::uint32_t kVirtio = 0x74726976;
  base_address = base;
  if (reg(kMagic) != kVirtio || reg(kVersion) != 2 || reg(kDevice) != 1) return false;
  reg(kStatus) = 0;
  reg(kStatus) = kAcknowledge | kDriver;
  reg(kDriverFeaturesSelect) = 0;
  reg(kDriverFeatures) = kFeatureMac;
  reg(kDriverFeaturesSelect) = 1;
  reg(kDriverFeatures) = kFeatureVersion1;
  reg(kStatus) = kAcknowledge | kDriver | kFeaturesOk;
  if ((reg(kStatus) & kFeaturesOk) == 0) return false;
  start_queue(kReceive);
  start_queue(kTransmit);
  reg(kStatus) = kAcknowledge | kDriver | kFeaturesOk | kDriverOk;
  for (std::uint16_t i = 0; i < kBuffers; ++i) {
    queues[kReceive].descriptors[i] = {reinterpret_cast<std::uintptr_t>(received[i]), sizeof received[i], kDeviceWrites,
                                       0};
    offer(queues[kReceive], i);
  }
  reg(kNotify) = kReceive;

  const auto* mac = reinterpret_cast<const volatile std::uint8_t*>(base + kConfiguration);
  for (unsigned i = 0; i < 6; ++i) self->hwaddr[i] = mac[i];
  be_ethernet(self, send);
  return true;
}

void virtio_net_poll(netif* self) {
  reg(kInterruptAcknowledge) = 3;  // before looking, so that what comes later is seen
  Queue& queue = queues[kReceive];
  while (queue.used.index != queue.seen) {
    fence();
    const auto& each = queue.used.ring[queue.seen % kBuffers];
    pbuf* frame = each.size > kHeader ? copy(received[each.id] + kHeader, each.size - kHeader) : nullptr;
    ++queue.seen;
    offer(queue, static_cast<std::uint16_t>(each.id));
    reg(kNotify) = kReceive;
    if (frame != nullptr && self->input(frame, self) != ERR_OK) pbuf_free(frame);
  }
}

}  // namespace whit::hardware
