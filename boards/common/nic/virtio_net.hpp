// virtio-net on a memory-mapped transport (virtio 1.x, not legacy).
#pragma once

#include <cstdint>

#include "lwip/netif.h"

namespace whit::hardware {

/// At this address; false if there is none.
bool virtio_net_start(std::uintptr_t base, netif* self);
void virtio_net_poll(netif* self);

}  // namespace whit::hardware
