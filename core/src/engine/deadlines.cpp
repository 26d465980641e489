// Every clock of a link: when it is set, when it runs out, when the loop must wake.
#include "whit/websocket.hpp"
#include "wire/machine.hpp"

namespace whit {

// Sets the clocks of what began since the last poll: only a poll knows the time.
void WebSocket::arm(Instant now) {
  if ((arm_ & detail::kPhaseBegun) != 0) phase_begun_ = now;
  arm_ = 0;
  if (stamp_ping_) {
    stamp_ping_ = false;
    ping_sent_ = now;
    if (!awaiting_pong_) alive_ = now;
    awaiting_pong_ = true;
  }
  set_deadline();
#if !WHIT_SMALL
  if (phase_ == Phase::open) open_.calm_until = now;
#endif
}

// 0 switches a deadline off, and so does what is beyond half the range of the clock.
WHIT_ONCE void WebSocket::consider(Error due, Instant start, std::uint32_t ms) {
  if (static_cast<std::int32_t>(ms) <= 0 || (due_ != Error::none && reached(start + ms, deadline_))) return;
  deadline_ = start + ms;
  due_ = due;
}

// Finds the soonest deadline; called whenever something moved one.
void WebSocket::set_deadline() {
  const LinkOptions& options = *options_;
  due_ = Error::none;
  if (phase_ > Phase::open) return consider(Error::close_timeout, phase_begun_, options.close_timeout_ms);
  if (phase_ == Phase::handshaking) {
    consider(Error::handshake_timeout, phase_begun_, options.handshake_timeout_ms);
  }
  if (phase_ < Phase::open) {
    // One deadline covers the whole opening; that of the handshake may only shorten it. Slow bytes extend neither.
    const Error due = phase_ == Phase::connecting ? Error::connect_timeout : Error::handshake_timeout;
    return consider(due, begun_, options.connect_timeout_ms);
  }
  if (blocked_) consider(Error::send_timeout, blocked_since_, options.send_timeout_ms);
  // A ping that waits for room has no deadline: lack of progress has its own.
  if ((pending_ & detail::kPingWaits) != 0) return;
  const std::uint32_t ms = awaiting_pong_ ? options.pong_timeout_ms : 0;
  consider(Error::pong_timeout, alive_, ms != 0 ? ms : options.ping_interval_ms);
}

void WebSocket::look_at_deadline(Instant now) {
  if (due_ == Error::none || !reached(now, deadline_)) return;
  // After the closing handshake the peer owed us nothing but the end of TCP: that is clean.
  if (phase_ == Phase::draining && flushed()) return finish();
  if (due_ != Error::pong_timeout || (awaiting_pong_ && options_->pong_timeout_ms != 0)) return lost(due_);
  awaiting_pong_ = false;
  pending_ |= detail::kPingWaits;
  place_control();
  set_deadline();
}

Deadline WebSocket::next_deadline() const {
  Deadline soonest = transport_->next_deadline();
  const bool more_to_send = !queue_.ring.empty() && !blocked_;
  // What a client sends behind its request has to wait until the answer is out.
  const bool waits_to_answer =
      kServerRole && phase_ == Phase::handshaking && blocked_ && read_ != detail::Progress::more;
  if (phase_ == Phase::idle) {
    soonest = Deadline::never();
  } else if (phase_ == Phase::ended || arm_ != 0 || more_to_send ||
             // A transport may hold its bytes in several places, of which rx() shows one at a time.
             (!waits_to_answer && (in_base_ != in_end_ || !transport_->rx().empty()))) {
    soonest = Deadline::immediately();
  } else if (due_ != Error::none && !soonest.is_immediate() &&
             (soonest.is_never() || reached(soonest.instant(), deadline_))) {
    soonest = Deadline::at(deadline_);
  }
  return soonest;
}

}  // namespace whit
