// The Ethernet controller of TI's Stellaris LM3S6000 and LM3S8000.
#pragma once

#include <cstdint>

#include "lwip/netif.h"

namespace whit::hardware {

void stellaris_start(netif* self);
void stellaris_poll(netif* self);

}  // namespace whit::hardware
