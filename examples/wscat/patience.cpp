#include "wscat/patience.hpp"

namespace wscat {

using whit::Instant;

namespace {

constexpr std::uint32_t kPongMs = 30000;       // a slow link may still carry much of what was sent, before the ping
constexpr std::uint32_t kMostRttMs = 2000;     // what is longer was such a queue, and not the way
constexpr std::uint32_t kUnansweredMs = 1000;  // a server that has not answered may be at work
constexpr std::uint32_t kAnsweredMs = 1000;    // at most so long, when all may be answered
constexpr std::uint32_t kNoMessageMs = 10000;  // bytes come, but no message

Instant later(Instant a, Instant b) { return reached(a, b) ? a : b; }
Instant earlier(Instant a, Instant b) { return reached(a, b) ? b : a; }

}  // namespace

void Patience::begin(Instant now, std::uint32_t quiet_ms, bool pinged) {
  waiting_ = true;
  pinged_ = pinged;
  quiet_ms_ = quiet_ms;
  begun_ = last_bytes_ = last_message_ = now;
}

bool Patience::on_pong(Instant now, std::uint32_t rtt_ms) {
  if (!pinged_) return false;
  pinged_ = false;
  rtt_ms_ = rtt_ms < kMostRttMs ? rtt_ms : kMostRttMs;
  begun_ = last_bytes_ = now;
  return true;
}

Instant Patience::deadline(bool answered) const {
  const std::uint32_t quiet_ms = answered || quiet_ms_ > kUnansweredMs ? quiet_ms_ : kUnansweredMs;
  const Instant bound = answered ? begun_ + kAnsweredMs : last_message_ + kNoMessageMs;
  const Instant end = earlier(last_bytes_ + quiet_ms, bound) + rtt_ms_;
  return pinged_ ? later(end, begun_ + kPongMs) : end;
}

}  // namespace wscat
