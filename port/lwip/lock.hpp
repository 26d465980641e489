// The lock of lwIP's core, where there is one.
#pragma once

#include "lwip/opt.h"
#if !NO_SYS
#include "lwip/tcpip.h"
#endif

namespace whit::lwip {

/// With NO_SYS=1 everything runs in one main loop and this is nothing. Under an RTOS it holds LOCK_TCPIP_CORE, so that
/// the raw API may be used from the application's own thread; LWIP_TCPIP_CORE_LOCKING must be 1 then.
class Lock {
 public:
#if NO_SYS
  Lock() {}
#else
  static_assert(LWIP_TCPIP_CORE_LOCKING, "whit calls lwIP's raw API from the application's thread: set it to 1");
  Lock() { LOCK_TCPIP_CORE(); }
  ~Lock() { UNLOCK_TCPIP_CORE(); }
#endif
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
};

}  // namespace whit::lwip
