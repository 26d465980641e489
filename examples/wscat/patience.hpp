// How long to wait for answers at the end of the input: whatever arrives after close() is dropped, as the W3C says.
#pragma once

#include <cstdint>

#include "whit/time.hpp"

namespace wscat {

/// It begins behind a ping: once that is answered, the server has got all that was sent, and how far away it is is
/// known. From then on a silence tells that no answer will come.
class Patience {
 public:
  /// All was sent, and a ping behind it, unless the server gets none. `quiet_ms`: without a byte for so long, nothing
  /// more is expected.
  void begin(whit::Instant now, std::uint32_t quiet_ms, bool pinged);
  /// True if it is the answer to that ping.
  bool on_pong(whit::Instant now, std::uint32_t rtt_ms);
  void on_bytes(whit::Instant now) { last_bytes_ = now; }
  void on_message(whit::Instant now) { last_message_ = now; }
  /// The link is gone.
  void start_over() { *this = Patience(); }

  [[nodiscard]] bool waiting() const { return waiting_; }
  /// `answered`: as many messages have come as were sent. That may be chance, so it only makes the waiting shorter.
  [[nodiscard]] bool ended(whit::Instant now, bool answered) const { return reached(now, deadline(answered)); }
  [[nodiscard]] whit::Instant deadline(bool answered) const;

 private:
  bool waiting_ = false;
  bool pinged_ = false;  // and not answered yet
  std::uint32_t quiet_ms_ = 0;
  std::uint32_t rtt_ms_ = 0;
  whit::Instant begun_{};
  whit::Instant last_bytes_{};
  whit::Instant last_message_{};
};

}  // namespace wscat
