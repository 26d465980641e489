// SIGINT and SIGTERM as something to wait for: a pipe, so that none is missed just before falling asleep.
#pragma once

namespace wscat {

/// Starts listening. Returns a descriptor that is readable when a signal came, or -1.
int watch_signals();
/// How many came so far.
int signals_seen();

}  // namespace wscat
