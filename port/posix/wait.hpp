// Sleeping until something happens or a deadline passes.
#pragma once

#include "posix/system.hpp"
#include "whit/bytes.hpp"
#include "whit/time.hpp"

namespace whit::posix {

/// Sleeps until one of the descriptors has news, the deadline passes, or a signal handler has run. The `revents` tell
/// which; all are 0 after a deadline or a signal. Entries with a negative fd are skipped, as poll(2) does.
void wait(Span<pollfd> fds, Deadline deadline);

}  // namespace whit::posix
