// lwIP's clock as whit's, and lwIP's timers as a deadline.
#pragma once

#include "lwip/sys.h"
#include "lwip/timeouts.h"
#include "whit/time.hpp"

namespace whit::lwip {

/// sys_now(): what lwIP's own timers go by, so the two never disagree.
[[nodiscard]] inline Instant now() { return {sys_now()}; }

#if NO_SYS
/// When sys_check_timeouts() must be called next: a main loop sleeps until the earlier of this and the core's
/// next_deadline(), or an interrupt.
[[nodiscard]] inline Deadline next_deadline(Instant now) {
  const u32_t sleep = sys_timeouts_sleeptime();
  if (sleep == SYS_TIMEOUTS_SLEEPTIME_INFINITE) return Deadline::never();
  return sleep == 0 ? Deadline::immediately() : Deadline::at(now + sleep);
}
#endif

}  // namespace whit::lwip
