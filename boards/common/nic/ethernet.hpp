// What all Ethernet interfaces here have in common for lwIP.
#pragma once

#include "lwip/etharp.h"
#include "lwip/netif.h"

namespace whit::hardware {

inline void be_ethernet(netif* self, netif_linkoutput_fn send) {
  self->hwaddr_len = 6;
  self->mtu = 1500;
  self->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
  self->output = etharp_output;
  self->linkoutput = send;
}

}  // namespace whit::hardware
