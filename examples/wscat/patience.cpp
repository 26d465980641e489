#include "wscat/patience.hpp"

namespace wscat {

using whit::Instant;

void Patience::begin(Instant now, std::uint32_t quiet_ms) {
  if (waiting_) return;
  waiting_ = true;
  quiet_ms_ = quiet_ms;
  begun_ = last_bytes_ = last_message_ = now;
}

Instant Patience::deadline(bool answered) const {
  const Instant quiet = last_bytes_ + quiet_ms_;
  const Instant bound = answered ? begun_ + kAnsweredMs : last_message_ + kNoMessageMs;
  return reached(quiet, bound) ? bound : quiet;
}

}  // namespace wscat
