// Every clock of a link: when it is set, when it runs out, when the loop must wake.
#include "whit/websocket.hpp"

namespace whit {

using detail::Due;

namespace {

Instant later(Instant a, Instant b) { return reached(a, b) ? a : b; }

}  // namespace

// Sets the clocks of what began since the last poll: only a poll knows the time.
void WebSocket::arm(Instant now) {
  arm_ = false;
  if (phase_ != Phase::open) {
    phase_begun_ = now;
  } else if (open_.stamp_ping) {
    open_.stamp_ping = false;
    open_.ping_sent = now;
    if (!open_.awaiting_pong) open_.waiting_since = now;
    open_.awaiting_pong = true;
  }
  set_deadline();
}

// 0 switches a deadline off.
void WebSocket::consider(Due due, Instant start, std::uint32_t ms) {
  if (ms == 0 || (due_ != Due::nothing && reached(start + ms, deadline_))) return;
  deadline_ = start + ms;
  due_ = due;
}

// Finds the soonest deadline; called whenever something moved one.
void WebSocket::set_deadline() {
  const LinkOptions& options = *options_;
  due_ = Due::nothing;
  if (phase_ != Phase::open) {
    if (phase_ > Phase::open) return consider(Due::phase, phase_begun_, options.close_timeout_ms);
    // One deadline covers the whole opening; that of the handshake may only shorten it. Slow bytes extend neither.
    consider(Due::phase, begun_, options.connect_timeout_ms);
    if (phase_ == Phase::handshaking) consider(Due::phase, phase_begun_, options.handshake_timeout_ms);
    return;
  }
  if (blocked_) consider(Due::sending, blocked_since_, options.send_timeout_ms);
  if (ping_due_) return;  // it waits for room, and lack of progress has its own deadline
  Instant start = last_rx_;
  std::uint32_t ms = options.ping_interval_ms;
  if (open_.awaiting_pong) {
    // Whatever arrives is a sign of life.
    start = later(start, open_.waiting_since);
    if (options.pong_timeout_ms != 0) ms = options.pong_timeout_ms;
  }
  consider(Due::keepalive, start, ms);
}

// The soonest deadline has passed.
void WebSocket::expired() {
  if (due_ == Due::sending) return lost(Error::send_timeout);
  if (phase_ != Phase::open) {
    // After the closing handshake the peer owed us nothing but the end of TCP: that is clean.
    if (phase_ == Phase::draining && flushed()) return finish();
    if (phase_ > Phase::open) return lost(Error::close_timeout);
    return lost(phase_ == Phase::connecting ? Error::connect_timeout : Error::handshake_timeout);
  }
  if (open_.awaiting_pong && options_->pong_timeout_ms != 0) return lost(Error::pong_timeout);
  open_.awaiting_pong = false;
  ping_due_ = true;
  place_control();
  set_deadline();
}

Deadline WebSocket::next_deadline() const {
  if (phase_ == Phase::idle) return Deadline::never();
  const bool more_to_send = !queue_.ring.empty() && !blocked_;
  if (phase_ == Phase::ended || arm_ || in_base_ != in_end_ || more_to_send) return Deadline::immediately();
  // A transport may hold its bytes in several places, of which rx() shows one at a time.
  if (!transport_->rx().empty()) return Deadline::immediately();
  const Deadline transport = transport_->next_deadline();
  return due_ != Due::nothing ? Deadline::earlier(transport, Deadline::at(deadline_)) : transport;
}

}  // namespace whit
