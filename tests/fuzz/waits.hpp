// Which waits must come to an end: looked at whenever the loop would sleep.
#pragma once

#include "pipe.hpp"
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

}  // namespace fuzz
