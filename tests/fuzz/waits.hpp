// Which waits must come to an end, and when: looked at whenever the loop would sleep, and at each error.
#pragma once

#include <algorithm>

#include "pipe.hpp"
#include "whit/error.hpp"
#include "whit/options.hpp"
#include "whit/time.hpp"

namespace fuzz {

/// One wait with a time limit, of which the time between two rests of the loop may miss `most`.
class Wait {
 public:
  explicit Wait(unsigned most) : most_(most) {}

  void over() { active_ = false; }

  /// The loop rests at `now` until `next`, and what would end the wait has not come. 0 switches the limit off.
  void goes_on(whit::Instant now, whit::Deadline next, std::uint32_t limit) {
    if (limit == 0) return over();
    REQUIRE(!next.is_never() && next.ms_left(now) <= limit);
    if (!active_) {
      active_ = true;
      since_ = now;
      missed_ = 0;
    } else if (now - since_ >= limit) {
      since_ = now;
      REQUIRE(++missed_ <= most_);
    }
  }

 private:
  const unsigned most_;
  unsigned missed_ = 0;
  bool active_ = false;
  whit::Instant since_;
};

/// When what a deadline is counted from happened at the earliest; the clock is set by a poll, which may be later.
struct Starts {
  whit::Instant link, delivered, taken, closing;

  /// No deadline runs out early.
  void require_due(whit::Error error, whit::Instant now, const whit::LinkOptions& options) const {
    switch (error) {
      case whit::Error::connect_timeout: REQUIRE(now - link >= options.connect_timeout_ms); return;
      case whit::Error::handshake_timeout:
        // 0 is none; one less of it is more than the others.
        REQUIRE(now - link > std::min(options.connect_timeout_ms - 1, options.handshake_timeout_ms - 1));
        return;
      case whit::Error::send_timeout: REQUIRE(now - taken >= options.send_timeout_ms); return;
      case whit::Error::pong_timeout: REQUIRE(now - delivered >= options.pong_timeout_ms); return;
      case whit::Error::close_timeout: REQUIRE(now - closing >= options.close_timeout_ms); return;
      default: return;
    }
  }
};

}  // namespace fuzz
