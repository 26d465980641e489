// One link, of either role, that a script plays: the WebSocket in blocks of exactly its size, the peer's bytes, the
// time, and what must hold at each step and whenever the loop would sleep.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>

#include "events.hpp"
#include "ledger.hpp"
#include "script.hpp"
#include "support/entropy.hpp"
#include "support/memory_link.hpp"
#include "waits.hpp"
#include "whit/server.hpp"

namespace fuzz {

/// How the link is made: the first bytes of a script.
struct Setup {
  explicit Setup(Script& script) {
    const unsigned bits = script.byte();
    server = (bits & 1) != 0;
    assembles = (bits & 2) != 0;
    oversize = (bits & 4) != 0 ? whit::Oversize::skip : whit::Oversize::close;
    opens = (bits & 8) == 0;
    wraps = (bits & 16) != 0;
    leaves = (bits & 32) != 0;
    connect_polls = bits >> 6;
    ring = whit::kMinRing + script.byte() * 2u;
    buffer = script.byte();
    const unsigned limits = script.byte();
    options.ping_interval_ms = (limits & 1) != 0 ? 3000 : 0;
    options.pong_timeout_ms = (limits & 2) != 0 ? 0 : 1000;
    options.send_timeout_ms = (limits & 4) != 0 ? 2000 : 0;
    options.close_timeout_ms = (limits & 8) != 0 ? 0 : 5000;
    options.connect_timeout_ms = (limits & 16) != 0 ? 0 : 20000;
    options.handshake_timeout_ms = (limits & 32) != 0 ? 0 : 10000;
    options.max_message_size = (limits & 64) != 0 ? 300 : kMaxMessage;
  }

  bool server, assembles, opens, wraps, leaves;
  unsigned connect_polls;
  whit::Oversize oversize;
  std::size_t ring, buffer;
  whit::LinkOptions options;
};

class ScriptLink {
 public:
  static constexpr std::size_t kAll = whit::test::MemoryLink::kAll;

  explicit ScriptLink(const Setup& from)
      : setup(from),
        now{from.wraps ? 0u - 5000u : 1000u},
        ring_(new std::uint8_t[from.ring]),
        buffer_(new std::uint8_t[from.buffer]),
        head_(new std::uint8_t[kHead]),
        socket_(new whit::WebSocket(transport, entropy.entropy(), whit::MutBytes(ring_.get(), from.ring))) {
    static_cast<whit::LinkOptions&>(client_options_) = setup.options;
    static_cast<whit::LinkOptions&>(server_options_) = setup.options;
    handshake_.emplace(whit::MutBytes(head_.get(), kHead), server_options_);
    transport.connect_polls = setup.connect_polls;
    if (setup.assembles) {
      messages_ =
          std::make_unique<whit::Messages>(*socket_, whit::MutBytes(buffer_.get(), setup.buffer), setup.oversize);
    }
  }

  const Setup setup;
  whit::test::MemoryLink transport;
  whit::test::TestEntropy entropy;
  whit::Instant now;
  Ledger ledger;

  [[nodiscard]] whit::WebSocket& socket() { return *socket_; }
  [[nodiscard]] whit::ReadyState state() const { return socket_->ready_state(); }
  [[nodiscard]] bool open() const { return state() == whit::ReadyState::open; }
  /// Never begun, or ended to the close event.
  [[nodiscard]] bool idle() const { return state() == whit::ReadyState::closed && socket_->next_deadline().is_never(); }
  /// The entropy may have failed, upon which calls have results of their own.
  [[nodiscard]] bool entropy_failed() const { return entropy.fail_from != 0 && entropy.calls() >= entropy.fail_from; }

  /// connect() or accept(), as the role has it, from nothing left.
  whit::Status start() {
    if (setup.server && idle()) transport.adopt();
    const whit::Status status =
        setup.server ? socket_->accept(*handshake_, now) : socket_->connect("ws://fuzz/", client_options_, now);
    if (status == whit::Status::transport_failed) transport.close(whit::How::abort);
    if (status != whit::Status::ok && status != whit::Status::transport_failed) return status;
    transport.take_sent();
    read_ = looked_ = head_left_ = pushed_ = consumed_ = sent_ = 0;
    wire_.clear();
    ledger = Ledger();
    last_ = whit::ReadyState::closed;
    gone_ = refused_ = false;
    if (status != whit::Status::ok) return status;
    events_.emplace(Expected{true, setup.assembles, setup.oversize, setup.buffer, setup.options.max_message_size});
    last_ = whit::ReadyState::connecting;
    answered_ = setup.server;
    if (setup.server) prepend(whit::test::request_text());
    starts_ = {now, now, now, now};
    for (Wait* wait : {&opening_, &blocked_, &silent_, &closing_}) wait->over();
    look();
    return status;
  }

  /// Bytes that the peer has in hand, behind its part of the handshake.
  void peer(const std::string& bytes) {
    if (pushed_ + wire_.size() < kMostInput) wire_ += bytes;
  }
  /// A frame as the peer's role masks it, unless `wrong`.
  void peer_frame(whit::test::FrameSpec spec, const std::string& payload, bool wrong = false) {
    if (setup.server != wrong) spec.key = {1, 2, 3, static_cast<std::uint8_t>(payload.size())};
    peer(whit::test::frame(spec, payload));
  }
  /// The transport receives so many of them, in one piece.
  void deliver(std::size_t most) {
    if (!events_ || !answered_ || gone_ || transport.state() == whit::Link::idle) return;
    const std::string piece = wire_.substr(0, most);
    wire_.erase(0, piece.size());
    transport.push(piece);
    if (!piece.empty()) starts_.delivered = now;
    pushed_ += piece.size();
    const std::size_t head = std::min(head_left_, piece.size());
    head_left_ -= head;
    ledger.in.feed(reinterpret_cast<const std::uint8_t*>(piece.data()) + head, piece.size() - head);
  }

  /// The peer ends TCP behind what was delivered, or resets it.
  void leave(bool reset) {
    if (transport.state() == whit::Link::idle || gone_) return;
    gone_ = may_fail_ = true;
    reset ? transport.push_reset() : transport.push_eof();
  }

  /// The transport fails with its nth operation from now on.
  void fail_later(unsigned nth) {
    may_fail_ = true;
    transport.fail_operation(nth);
  }

  /// The transport takes so many bytes from now on, and no more.
  void grant(std::size_t bytes) {
    budget_ = bytes;
    transport.set_tx_budget(bytes);
  }

  /// A message found no room: the loop is to come round as soon as the transport has taken something.
  void refused() { refused_ = true; }

  /// After every step: the books, and what the W3C says of states.
  void look() {
    calm_ = false;
    const std::vector<std::string> violations = transport.violations();
    for (const std::string& text : violations) std::fprintf(stderr, "transport: %s\n", text.c_str());
    REQUIRE(violations.empty() && !transport.tx_behind_fin());
    const whit::test::Buffer& sent = transport.sent();
    if (read_ == 0) find_head(sent);
    if (read_ != 0 && read_ < sent.size()) {
      ledger.sent(sent.data() + read_, sent.size() - read_);
      read_ = sent.size();
      starts_.taken = now;
    }
    if (looked_ != sent.size()) refused_ = false;
    looked_ = sent.size();
    REQUIRE(state() >= last_);
    if (state() != last_ && state() == whit::ReadyState::closing) starts_.closing = now;
    last_ = state();
    REQUIRE(socket_->buffered_amount() == ledger.buffered());
  }

  /// One poll; true if there was an event, which is in `event` until the next one.
  bool poll(whit::Event& event) {
    const bool refused = refused_;
    const bool got = messages_ ? messages_->poll(now, event) : socket_->poll(now, event);
    look();
    // Who handles an event may try again there; who was shown none is called.
    if (refused && !refused_ && !got && !messages_ && open()) REQUIRE(socket_->next_deadline().is_immediate());
    if (!got) return false;
    REQUIRE(events_);
    events_->take(event);
    switch (event.type) {
      case whit::Event::Type::error:
        REQUIRE(state() == whit::ReadyState::closed);
        starts_.require_due(event.error, now, setup.options);
        break;
      case whit::Event::Type::close: ended(event.close); break;
      default: REQUIRE(open());
    }
    return true;
  }

  bool flush() {
    const bool usable = socket_->flush(now);
    look();
    return usable;
  }

  /// Polls until the loop may sleep, and holds what must hold then.
  void settle() {
    bool moved = drain();
    for (unsigned rounds = 0; moved; ++rounds) {
      REQUIRE(rounds < 2000);
      moved = drain();
      // A transport that has no secrets gives no reason to come round again.
      if (!transport.stalls() && !may_fail_ && transport.state() == whit::Link::up) REQUIRE(!moved);
    }
    rest();
  }

  /// The loop has just come to rest, and the transport takes everything: the ring is empty.
  [[nodiscard]] bool calm() const { return calm_; }

  /// Until the close event, whatever the script left undone.
  void finish() {
    grant(kAll);
    if (!events_) return;
    settle();
    deliver(kAll);
    settle();
    if (open() && setup.leaves) static_cast<void>(socket_->close());
    settle();
    // Who leaves an announced frame unfinished waits for ever if no deadline ends that.
    const bool stuck = ledger.left() != 0 && setup.options.close_timeout_ms == 0;
    if (stuck) gone_ = false;
    leave(stuck);
    for (unsigned sleeps = 0; !events_->closed(); ++sleeps) {
      settle();
      if (events_->closed()) break;
      const whit::Deadline deadline = socket_->next_deadline();
      REQUIRE(sleeps < 10 && !deadline.is_never());
      now = deadline.instant();
    }
    whit::Event event;
    REQUIRE(!poll(event));
    REQUIRE(socket_->next_deadline().is_never());
  }

 private:
  static constexpr std::size_t kHead = 300, kMostInput = 16000;

  void prepend(const std::string& head) {
    wire_.insert(0, head);
    head_left_ = head.size();
  }

  // Where our part of the handshake ends; the peer's may follow.
  void find_head(const whit::test::Buffer& sent) {
    const std::string text = whit::test::to_text(sent);
    read_ = whit::test::parse_head(text).size;
    if (read_ == 0 || answered_) return;
    answered_ = true;
    prepend(whit::test::response_for(text));
  }

  void ended(const whit::CloseEvent& event) {
    REQUIRE(state() == whit::ReadyState::closed && transport.state() == whit::Link::idle);
    ledger.require_end(event, events_->messages(), !setup.server);
    if (!setup.server && entropy.given().size() < 4096) ledger.require_keys(entropy.given());
    REQUIRE(socket_->next_deadline().is_never());
  }

  // True if anything moved. Bounded: each poll consumes, sends or ends something.
  bool drain() {
    const std::size_t most = 200 + 2 * (transport.unread() + setup.ring);
    bool moved = false;
    std::size_t idle = 0;
    for (std::size_t polls = 0;; ++polls) {
      REQUIRE(polls < most);
      const std::size_t sent = transport.sent().size(), unread = transport.unread();
      const whit::Link link = transport.state();
      whit::Event event;
      const bool got = poll(event);
      if (got && event.type == whit::Event::Type::close) return true;
      const bool progress =
          got || transport.sent().size() != sent || transport.unread() != unread || transport.state() != link;
      moved = moved || progress;
      idle = progress ? 0 : idle + 1;
      if (got) continue;
      if (socket_->next_deadline().ms_left(now) != 0) return moved;
      REQUIRE(idle < 6 + unread / 16);
    }
  }

  // The loop sleeps: what it waits for has its deadline, and nothing was forgotten.
  void rest() {
    const whit::LinkOptions& options = setup.options;
    const whit::Deadline next = socket_->next_deadline();
    const std::size_t consumed = pushed_ - transport.unread(), sent = transport.sent().size();
    const bool heard = consumed != consumed_, moved = sent != sent_;
    consumed_ = consumed;
    sent_ = sent;
    const bool flows = open() && budget_ == kAll && ledger.left() == 0;
    if (flows) {
      REQUIRE(ledger.all_out());
      ledger.require_answered();
    }
    if (state() == whit::ReadyState::closing && budget_ == kAll) ledger.require_close();
    if (state() == whit::ReadyState::connecting) {
      opening_.goes_on(now, next, options.connect_timeout_ms);
    } else {
      opening_.over();
    }
    if (moved || !open() || ledger.buffered() == 0) blocked_.over();
    if (open() && ledger.buffered() != 0) blocked_.goes_on(now, next, options.send_timeout_ms);
    if (heard || !flows || options.pong_timeout_ms == 0) silent_.over();
    if (flows && options.ping_interval_ms != 0) {
      silent_.goes_on(now, next, std::max(options.ping_interval_ms, options.pong_timeout_ms));
    }
    if (state() == whit::ReadyState::closing) {
      closing_.goes_on(now, next, options.close_timeout_ms);
    } else {
      closing_.over();
    }
    calm_ = open() && budget_ == kAll;
  }

  std::unique_ptr<std::uint8_t[]> ring_, buffer_, head_;
  whit::ClientOptions client_options_;
  whit::ServerOptions server_options_;
  std::optional<whit::ServerHandshake> handshake_;
  std::unique_ptr<whit::WebSocket> socket_;
  std::unique_ptr<whit::Messages> messages_;
  std::optional<Events> events_;
  std::string wire_;           // what the peer has in hand
  std::size_t head_left_ = 0;  // of the peer's part of the handshake, in wire_
  std::size_t read_ = 0;       // bytes sent that the ledger knows
  std::size_t looked_ = 0;     // bytes sent at the last look
  std::size_t pushed_ = 0, consumed_ = 0, sent_ = 0;
  whit::ReadyState last_ = whit::ReadyState::closed;
  std::size_t budget_ = kAll;  // of what the transport takes
  bool may_fail_ = false;
  bool gone_ = false;      // the peer has ended TCP
  bool answered_ = false;  // the peer's part of the handshake is in wire_ or beyond
  bool calm_ = false;
  bool refused_ = false;  // a message found no room, and nothing was taken since
  Starts starts_;
  // The closing handshake and the end of TCP have a limit each. In silence there is a ping first.
  Wait opening_{0}, blocked_{0}, silent_{1}, closing_{1};
};

}  // namespace fuzz
