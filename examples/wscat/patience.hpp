// How long to wait for answers at the end of the input: whatever arrives after close() is dropped, as the W3C says.
#pragma once

#include <cstdint>

#include "whit/time.hpp"

namespace wscat {

class Patience {
 public:
  /// All was sent: begins to wait, at the first call. `quiet_ms`: without a byte, nothing more is expected.
  void begin(whit::Instant now, std::uint32_t quiet_ms);
  void on_bytes(whit::Instant now) { last_bytes_ = now; }
  void on_message(whit::Instant now) { last_message_ = now; }

  [[nodiscard]] bool waiting() const { return waiting_; }
  /// `answered`: as many messages have come as were sent. That may be chance, so it only ends the waiting for a server
  /// that never falls silent.
  [[nodiscard]] bool ended(whit::Instant now, bool answered) const { return reached(now, deadline(answered)); }
  [[nodiscard]] whit::Instant deadline(bool answered) const;

 private:
  static constexpr std::uint32_t kAnsweredMs = 1000;    // at most so long, when all may be answered
  static constexpr std::uint32_t kNoMessageMs = 10000;  // bytes come, but no message

  bool waiting_ = false;
  std::uint32_t quiet_ms_ = 0;
  whit::Instant begun_{};
  whit::Instant last_bytes_{};
  whit::Instant last_message_{};
};

}  // namespace wscat
