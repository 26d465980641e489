#include "posix/wait.hpp"

#include <limits>

#include "posix/clock.hpp"

namespace whit::posix {
namespace {

int timeout_for(Deadline deadline) {
  const std::uint32_t ms = deadline.ms_left(deadline.is_never() || deadline.is_immediate() ? Instant{} : now());
  if (ms == Deadline::kForever) return -1;
  constexpr std::uint32_t kLongest = std::numeric_limits<int>::max();
  return static_cast<int>(ms < kLongest ? ms : kLongest);
}

}  // namespace

void wait(Span<pollfd> fds, Deadline deadline) {
  const int count = sys::poll(fds.data(), static_cast<nfds_t>(fds.size()), timeout_for(deadline));
  if (count >= 0) return;
  for (pollfd& each : fds) each.revents = 0;  // EINTR leaves them undefined
}

}  // namespace whit::posix
