// The lock of lwIP's core, where there is one.
#pragma once

#include "lwip/opt.h"

#if defined(WHIT_LWIP_LOCK) != defined(WHIT_LWIP_UNLOCK)
#error "WHIT_LWIP_LOCK() and WHIT_LWIP_UNLOCK() belong together"
#endif
#ifndef WHIT_LWIP_LOCK
#if NO_SYS
#define WHIT_LWIP_LOCK() static_cast<void>(0)
#define WHIT_LWIP_UNLOCK() static_cast<void>(0)
#else
#include "lwip/tcpip.h"
static_assert(LWIP_TCPIP_CORE_LOCKING, "whit calls lwIP's raw API from the application's thread: set it to 1");
#define WHIT_LWIP_LOCK() LOCK_TCPIP_CORE()
#define WHIT_LWIP_UNLOCK() UNLOCK_TCPIP_CORE()
#endif
#endif

namespace whit::lwip {

/// Held within each call of Tcp and TcpListener; it is not taken twice by one thread. With NO_SYS=1 everything runs in
/// one main loop and this is nothing. Under an RTOS it is LOCK_TCPIP_CORE, so that the raw API may be used from the
/// application's own thread. Where lwIP runs otherwise, in an interrupt for example, lwipopts.h defines
/// WHIT_LWIP_LOCK() and WHIT_LWIP_UNLOCK() as what keeps it out.
class Lock {
 public:
  Lock() { WHIT_LWIP_LOCK(); }
  ~Lock() { WHIT_LWIP_UNLOCK(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
};

}  // namespace whit::lwip
