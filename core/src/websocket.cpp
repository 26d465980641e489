// The pump: transport <-> engine, and the W3C's rules on states and the order of events.
#include "whit/websocket.hpp"

#include <cstring>
#include <new>

#include "engine/short_ways.hpp"
#include "whit/assert.hpp"

namespace whit {

using detail::Progress;

// All zeros: nothing can be left of the link before.
inline void WebSocket::reset() {
  static_assert(std::is_trivially_copyable_v<LinkState>);
  std::memset(static_cast<void*>(static_cast<LinkState*>(this)), 0, sizeof(LinkState));
}

WebSocket::WebSocket(Transport& transport, Entropy entropy, MutBytes ring)
    : transport_(&transport), entropy_(entropy), queue_(ring) {
  reset();
}

Status WebSocket::connect(std::string_view url, const ConnectOptions& options, Instant now) {
  Url parsed;
  if (parse_url(url, parsed) != UrlError::none) return Status::bad_url;
  return connect(parsed, options, now);
}

Status WebSocket::connect(const Url& url, const ConnectOptions& options, Instant now) {
  if (url.host.empty()) return Status::bad_url;
  // RFC 6455 4.1: wss never falls back to plain text.
  if (url.secure != transport_->secure()) return Status::wrong_transport;
  Status status = detail::ClientHandshake::check(options);
  if (status == Status::ok) status = start(options, now);
  if (status != Status::ok) return status;
  url_ = url.text;
  std::uint8_t key[detail::kKeySize];
  if (!entropy_.fill(entropy_.context, MutBytes(key))) {
    // RFC 6455 4.1: the nonce is random, or there is none.
    lost(Error::entropy_failed);
    return Status::ok;
  }
  handshake_ = new (&client_) detail::ClientHandshake(url, options, Bytes(key));
  status = transport_->connect(url.host, url.port);
  if (status != Status::ok) phase_ = Phase::idle;
  return status;
}

Status WebSocket::start(const LinkOptions& options, Instant now) {
  if (phase_ != Phase::idle) return Status::invalid_state;
  if (queue_.ring.capacity() < kMinRing) return Status::ring_too_small;
  reset();
  queue_.begin();
  options_ = &options;
  begun_ = now;
  max_message_ = options.max_message_size;
  enter(Phase::connecting);
  return Status::ok;
}

// A phase begins: its clock starts with the next poll, which knows the time.
void WebSocket::enter(Phase phase) {
  phase_ = phase;
  arm_ = detail::kPhaseBegun;
}

// Consumes the received bytes once all of them were parsed; the last event's view ends here.
void WebSocket::release() {
  if (in_ != in_end_ || in_base_ == in_end_) return;
  transport_->rx_consume(static_cast<std::size_t>(in_end_ - in_base_));
  in_base_ = in_ = in_end_ = nullptr;
}

inline void WebSocket::pull(Instant now) {
  link_ = transport_->poll(now);
  const MutBytes bytes = transport_->rx();
  if (!bytes.empty()) {
    in_base_ = in_ = bytes.begin();
    in_end_ = bytes.end();
    last_rx_ = alive_ = now;
    set_deadline();
  }
#if !WHIT_SMALL
  if (phase_ != Phase::open) return;
  open_.calm_until = due_ != Error::none && reached(now + kCalm, deadline_) ? deadline_ : now + kCalm;
#endif
}

// Offers what is queued; true if the transport took some of it. The link is lost if it took nothing for too long.
bool WebSocket::send_queued(Instant now) {
  bool sent = false;
  for (;;) {
    if (pending_ != 0) place_control();
    const Bytes front = queue_.ring.front();
    if (front.empty()) break;
    const std::size_t n = transport_->tx(front);
    WHIT_ASSERT(n <= front.size());
    if (n == 0) break;
    queue_.taken(n);
    sent = true;
    if (n != front.size()) break;
  }
  const bool blocked = !queue_.ring.empty();
  if (sent || blocked != blocked_) {
    blocked_ = blocked;
    blocked_since_ = now;
    set_deadline();
  }
  if (due_ == Error::send_timeout) look_at_deadline(now);
  return sent;
}

#if !WHIT_SMALL
void WebSocket::note_blocked(std::size_t taken, Instant now) {
  queue_.taken(taken);
  blocked_ = true;
  blocked_since_ = now;
  set_deadline();
}
#endif

// The end of the transport counts once all bytes that came before it were looked at.
void WebSocket::check_link() {
  if (in_ != in_end_ || link_ == Link::up) return;
  lost(link_ == Link::failed ? transport_->error() : Error::connection_lost);
}

inline void WebSocket::opened(Event& event) {
  if (kServerRole) unmask_ = handshake_->unmask();
  protocol_ = handshake_->protocol();
  handshake_ = nullptr;  // the union changes its tenant
  std::memset(static_cast<void*>(new (&open_) OpenState), 0, sizeof open_);
  queue_.begin_frames(!server());
  enter(Phase::open);
  event.type = Event::Type::open;
}

inline bool WebSocket::handshake(Event& event) {
  if (read_ == Progress::more && in_ != in_end_) {
    read_ = handshake_->read_from(const_cast<const std::uint8_t*&>(in_), in_end_, MutBytes(control_));
    error_ = handshake_->error();  // also while its details are still being read: whatever ends that, this is why
  }
  if (queue_.ring.empty()) queue_.ring.commit(handshake_->write_to(queue_.ring.memory(), queue_.ring.capacity()));
  // A server must tell why it refuses; a client that is refused need not finish its request.
  if (read_ == Progress::more || (!handshake_->written() && (server() || read_ == Progress::done))) {
    // Who has asked may have ended its direction: that is no reason not to answer.
    if (!server() || read_ == Progress::more || link_ == Link::failed) check_link();
    return false;
  }
  if (read_ == Progress::done) {
    opened(event);
    return true;
  }
  // RFC 6455 7.1.7: a handshake that failed sends no Close frame. A server's answer must still arrive.
  if (!server()) {
    finish();
  } else {
    enter(Phase::draining);
  }
  return false;
}

// Both Close frames are exchanged, or ours tells of a failure: now TCP ends (RFC 6455 7.1.1). The server ends it at
// once, the client gives the server time to, so that TIME_WAIT stays there.
inline void WebSocket::drain() {
  in_ = in_end_;
  if (!flushed()) {
    // Who ends its direction after its Close does not wait for the rest of our message.
    if (sending_ == Sending::sized || link_ == Link::failed) check_link();
    return;
  }
  if (link_ != Link::up) return finish();
  if (fin_ || !(server() || error_ != Error::none)) return;
  // Half-close and read on: closing with unread bytes would send a reset, and the peer could lose our Close.
  fin_ = true;
  transport_->close(How::graceful);
}

inline bool WebSocket::step(Event& event) {
  if (phase_ == Phase::connecting) {
    if (link_ == Link::connecting) return false;
    enter(Phase::handshaking);
  }
  if (phase_ == Phase::handshaking) return handshake(event);
  if (live()) {
    if (receive(event)) return true;
    if (live()) check_link();
  }
  if (phase_ == Phase::draining) drain();
  return false;
}

inline bool WebSocket::report_end(Event& event) {
  transport_->close(How::graceful);
  transport_->close(How::abort);
  if (error_ != Error::none && !closed_) {
    event.type = Event::Type::error;
    event.error = error_;
    event.http_status = handshake_ != nullptr ? handshake_->status() : std::uint16_t{0};
    closed_ = true;
    return true;
  }
  phase_ = Phase::idle;
  event.type = Event::Type::close;
  // RFC 6455 7.1.5: the peer's code, 1005 if its Close had none, 1006 if there was no Close.
  event.close.code = close_code_ != 0 ? close_code_ : close_code::kAbnormalClosure;
  event.close.was_clean = error_ == Error::none;
  event.close.reason = as_text({control_ + 2, reason_size_});
  return true;
}

bool WebSocket::poll(Instant now, Event& event) {
#if !WHIT_SMALL
  if (is_calm(now)) return queue_.ring.empty() ? poll_received(now, event) : poll_queued(now, event);
#endif
  return poll_any(now, event);
}

#if !WHIT_SMALL
WHIT_CAREFUL bool WebSocket::poll_received(Instant now, Event& event) {
  return (in_ != in_end_ && take_whole(event)) || poll_any(now, event);
}

WHIT_CAREFUL bool WebSocket::poll_queued(Instant now, Event& event) {
  return !flush_short(now) && poll_any(now, event);
}
#endif

// There is room: whoever found none comes round again.
inline void WebSocket::call_refused() {
  if (!refused_) return;
  refused_ = false;
  arm_ |= detail::kAnythingElse;
}

WHIT_CAREFUL bool WebSocket::poll_any(Instant now, Event& event) {
  release();
  if (phase_ == Phase::idle) return false;
  if (phase_ != Phase::ended) {
    if (arm_ != 0) arm(now);
    const bool sent = (WHIT_SMALL || !flushed()) && send_queued(now);
    // Built for speed, a poll that sent something leaves receiving to the next one: that saves a fruitless read per
    // round trip. But not for long, or who always has something to send would never receive.
    const bool later = !WHIT_SMALL && sent && phase_ == Phase::open && !reached(now, open_.calm_until);
    const bool look = in_ == in_end_ && !later;
    if (look) pull(now);
    if (step(event)) return true;
    release();
    // What has arrived was read before any deadline counts: a late poll must not take a live link for a dead one. What
    // has begun by now, such as waiting for the answer to a ping, has its clock set by the next poll only. Before the
    // link is open, bytes may have to wait for what we have to send, and that not for ever.
    if ((look || handshake_ != nullptr) && arm_ == 0) look_at_deadline(now);
    if (phase_ != Phase::ended) {
      if (sent || !blocked_) call_refused();
      return false;
    }
  }
  return report_end(event);
}

bool WebSocket::flush(Instant now) {
  if ((live() || writing()) && send_queued(now)) call_refused();
  return live() || writing();
}

// The link ends without, or before the end of, a closing handshake.
void WebSocket::lost(Error error) {
  if (error_ == Error::none) error_ = error;
  finish();
}

// The transport is left to report_end(), as the views of the last event hold until the next poll.
void WebSocket::finish() {
  queue_.ring.clear();
  in_base_ = in_ = in_end_ = nullptr;
  arm_ = 0;
  pending_ = 0;
  phase_ = Phase::ended;
}

ReadyState WebSocket::ready_state() const {
  if (phase_ == Phase::idle || closed_) return ReadyState::closed;
  if (phase_ < Phase::open) return ReadyState::connecting;
  return phase_ == Phase::open ? ReadyState::open : ReadyState::closing;
}

}  // namespace whit
