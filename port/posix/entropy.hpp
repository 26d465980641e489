// Randomness for the core: the kernel's generator, read ahead so that a masking key is not a system call.
#pragma once

#include "whit/entropy.hpp"

namespace whit::posix {

/// getrandom(2) through a pool that every WebSocket of the process may share, from any thread. Bytes leave the pool
/// once and are wiped there as they leave. A forked child never sees its parent's bytes: the kernel empties the pool's
/// page at fork (MADV_WIPEONFORK); where it cannot, there is no pool and each request is a system call. It never waits:
/// it fails while the kernel's generator is not seeded, which ends minutes before most programs start.
///
/// Over lwIP's sockets there is no such function: bring the platform's own generator.
[[nodiscard]] Entropy entropy();

}  // namespace whit::posix
