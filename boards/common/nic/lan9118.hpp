// SMSC LAN9118: an Ethernet controller with FIFOs on a memory bus.
#pragma once

#include <cstdint>

#include "lwip/netif.h"

namespace whit::hardware {

/// At this address; false if there is none.
bool lan9118_start(std::uintptr_t base, netif* self);
void lan9118_poll(netif* self);

}  // namespace whit::hardware
