// The WebSocket: RFC 6455 as a machine that owns no socket, no clock, no entropy, no heap and no thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "whit/bytes.hpp"
#include "whit/close_code.hpp"
#include "whit/detail/client_handshake.hpp"
#include "whit/detail/frame_reader.hpp"
#include "whit/detail/link_state.hpp"
#include "whit/detail/tx_queue.hpp"
#include "whit/entropy.hpp"
#include "whit/event.hpp"
#include "whit/limits.hpp"
#include "whit/options.hpp"
#include "whit/refusal.hpp"
#include "whit/status.hpp"
#include "whit/transport.hpp"
#include "whit/url.hpp"

namespace whit {

class ServerHandshake;

/// One end of a WebSocket link. It refers to a transport, an entropy source and a ring of the caller's memory for
/// what waits to be sent, all of which must outlive it; it receives in place, where the transport put the bytes.
///
/// The application owns the loop: it calls poll() until that returns false, then sleeps until next_deadline() or until
/// the transport has news. Everything is legal to call between two polls; there are no callbacks to be careful in.
/// After the close event, connect() or accept() start anew with nothing left of the old link.
///
/// It is not destructed: leaving it behind sends nothing; the transport's owner closes the transport.
class WebSocket : private detail::LinkState {
 public:
  /// `ring`: kMinRing bytes and more, usually 512. A quarter of it, 131 bytes at most, is kept for control frames.
  WebSocket(Transport& transport, Entropy entropy, MutBytes ring);
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  /// Starts opening a link as a client (RFC 6455 4.1; W3C constructor). `url` and `options` and all they refer to are
  /// kept as views until the close event. Everything is checked before a byte is sent.
  /// ok; invalid_state unless CLOSED and idle; ring_too_small; bad_url; wrong_transport; bad_subprotocol; bad_header;
  /// bad_origin; bad_credentials; transport_failed. Unless ok, there will be no event.
  Status connect(std::string_view url, const ConnectOptions& options, Instant now);
  /// The same with a URL that is parsed already, best by the compiler: see url_literal.hpp. The Url is copied, not the
  /// text it refers to.
  Status connect(const Url& url, const ConnectOptions& options, Instant now);
  Status connect(std::string_view url, const ConnectOptions&& options, Instant now) = delete;  // would dangle
  Status connect(const Url& url, const ConnectOptions&& options, Instant now) = delete;

#if WHIT_SERVER
  /// Starts a link as a server on a transport that is connected already (RFC 6455 4.2). The handshake object is used
  /// until the open or close event; its options until the close event. The transport may take the next connection once
  /// there was the close event of the one before, not earlier. ok, invalid_state or ring_too_small.
  Status accept(ServerHandshake& handshake, Instant now);
#endif

  /// Moves everything forward and fills `event` if there is one, returning true. Views in it live until the next poll.
  /// It never blocks, and its work is bounded by what the transport holds. Not polling is the back-pressure.
  bool poll(Instant now, Event& event);

  /// Offers queued bytes to the transport and looks at the send deadline, without receiving: views of the last event
  /// stay valid while it returns true. For a loop that must write() before it can let go of a chunk. False while it is
  /// not open yet, and when it is no longer usable; poll() then tells why.
  bool flush(Instant now);

  /// When poll() has something to do even if nothing arrives; immediately() while events or queued bytes can move.
  [[nodiscard]] Deadline next_deadline() const;

  [[nodiscard]] ReadyState ready_state() const;
  /// The URL given to connect(), as given; empty for a server.
  [[nodiscard]] std::string_view url() const { return url_; }
  /// The subprotocol agreed upon: "" before open, or if there is none.
  [[nodiscard]] std::string_view protocol() const { return protocol_; }
  /// The extensions agreed upon: none are offered, so always "".
  [[nodiscard]] std::string_view extensions() const { return {}; }
  /// Payload bytes of messages that were accepted and not yet taken by the transport. As the W3C says: without framing,
  /// and what is sent while closing adds to it for good. 0 again at the next connect().
  [[nodiscard]] std::size_t buffered_amount() const { return queue_.buffered; }

  /// Queues a whole message. Text is validated first; the bytes are copied (masked in the same pass).
  /// ok; would_block: not now, and next_deadline() brings the loop round once there is room; message_too_big: never
  /// with this ring; bad_utf8; closed; invalid_state while connecting or between begin() and end(). Nothing is ever
  /// queued in part.
  Status send(std::string_view text) { return send_one(MessageType::text, as_bytes(text).data(), text.size()); }
  Status send(Bytes binary) { return send_one(MessageType::binary, binary.data(), binary.size()); }
  /// The same, gathered from several pieces; a character may be cut between two of them.
  Status send(MessageType type, Span<const Bytes> parts);
  /// The largest message that send() can ever accept.
  [[nodiscard]] std::size_t max_message() const;

  /// Begins a message of unknown length: each write() becomes a fragment. ok, closed, invalid_state.
  Status begin(MessageType type);
  /// Begins a message of exactly `size` bytes, sent as one single frame whatever the size of the ring. Pongs and Close
  /// wait until it is complete (RFC 6455 5.4), so finish it. ok, would_block, closed, invalid_state, message_too_big.
  Status begin(MessageType type, std::size_t size);
  /// Takes as much of `data` as there is room for; `taken` tells how much, the rest is offered again later.
  /// ok: taken > 0 or data is empty; would_block: nothing taken; bad_utf8: nothing taken; size_mismatch: more than was
  /// announced, nothing taken; invalid_state: no message begun. After close(), or the peer's Close, an announced size
  /// may still be completed: until then our Close has to wait, for close_timeout_ms; all else is dropped (closed).
  Status write(Bytes data, std::size_t& taken);
  /// Ends the message. ok; would_block; size_mismatch: bytes are still missing; bad_utf8: the text ends within a
  /// character; closed; invalid_state.
  Status end();

  /// Sends a ping (RFC 6455 5.5.2) with up to 125 bytes of payload; the pong to the newest ping is reported with its
  /// round-trip time. It overtakes queued messages. ok, would_block (also if the entropy source failed, upon which the
  /// link is lost, as its error event tells), control_too_long, invalid_state unless OPEN.
  Status ping(Bytes payload = {}) { return send_ping(payload.data(), payload.size()); }

  /// Starts the closing handshake (RFC 6455 7.1.2) behind the messages already queued; W3C close(). Without a code the
  /// Close frame is empty. While connecting it ends the attempt (error aborted, close 1006).
  /// ok, also if closing or closed already (nothing happens then); bad_close_code; bad_utf8; control_too_long: the
  /// reason has more than 123 bytes. The reason is copied.
  Status close() { return begin_close(0, nullptr, 0); }
  Status close(std::uint16_t code, std::string_view reason = {}) {
    return may_be_sent(code, server()) ? begin_close(code, reason.data(), reason.size()) : Status::bad_close_code;
  }

  /// Fails the link (RFC 6455 7.1.7) on behalf of a layer above, such as Messages: sends Close with the code that
  /// belongs to the error, drops what is queued, processes nothing more. The error and close events follow.
  void fail(Error error);

  [[nodiscard]] Transport& transport() const { return *transport_; }

 private:
  friend class Messages;
  friend class Session;  // looks at when bytes last came and who began to close
  using Phase = detail::Phase;
  using Sending = detail::Sending;

  struct OpenState {  // what exists from open to the end only; it begins as all zeros
    detail::FrameReader reader;
    std::uint32_t ping_hash;     // of the newest ping's payload
    std::uint32_t control_hash;  // of the payload of the control frame being received
    std::size_t send_left;       // sized: payload bytes not yet written
    std::uint32_t send_key;      // of the message that is written, for its next byte
    std::uint32_t frame_key;     // of the frame that was put into the ring last
    detail::Utf8 send_utf8;
    Instant calm_until;  // built for speed: until then the transport need not be asked for news between two sends
  };

  // websocket.cpp: the pump
  Status start(const LinkOptions& options, Instant now);
  void enter(Phase phase);
  void release();
  void pull(Instant now);
  bool poll_any(Instant now, Event& event);
  bool poll_received(Instant now, Event& event);
  bool poll_queued(Instant now, Event& event);
  bool send_queued(Instant now);
  void call_refused();
  void note_blocked(std::size_t taken, Instant now);
  bool step(Event& event);
  void check_link();
  void reset();
  bool handshake(Event& event);
  void opened(Event& event);
  void drain();
  void lost(Error error);
  void finish();
  bool report_end(Event& event);
  [[nodiscard]] bool flushed() const { return pending_ == 0 && queue_.ring.empty(); }
  [[nodiscard]] bool opening() const { return phase_ == Phase::connecting || phase_ == Phase::handshaking; }
  [[nodiscard]] bool live() const { return phase_ == Phase::open || phase_ == Phase::closing; }
  /// A message is begun and may go on: Close, ours or the peer's, ends fragments, but not a frame of announced size.
  [[nodiscard]] bool writing() const {
    if (phase_ == Phase::open) return sending_ != Sending::none;
    return sending_ == Sending::sized && (phase_ == Phase::closing || phase_ == Phase::draining);
  }

  // engine/short_ways.hpp
  bool send_short(MessageType type, const std::uint8_t* data, std::size_t size);
  [[nodiscard]] bool is_calm(Instant now) const;
  bool flush_short(Instant now);
  bool take_whole(Event& event);

  // engine/deadlines.cpp
  void arm(Instant now);
  void set_deadline();
  void consider(Error due, Instant start, std::uint32_t ms);
  void look_at_deadline(Instant now);

  // engine/receive.cpp
  bool receive(Event& event);
  std::uint8_t clear_slot(std::uint8_t opcode);
  bool take_control(Event& event, Error& error);
  bool pong_received(Event& event);
  Error close_received();

  // engine/send.cpp
  Status send_one(MessageType type, const std::uint8_t* data, std::size_t size);
  Status send_any(MessageType type, const std::uint8_t* data, std::size_t size);
  Status may_begin(std::size_t size);
  Status no_room();
  Status admit(std::size_t size, std::size_t room);
  Status begin_frame(std::uint8_t first, std::size_t size, std::size_t room);
  bool put_frame(std::size_t at, std::uint8_t first, const std::uint8_t* payload, std::size_t size);

  // engine/control.cpp
  void place_control();
  bool place(std::uint8_t opcode, const std::uint8_t* payload, std::size_t size);
  Status send_ping(const std::uint8_t* payload, std::size_t size);
  Status begin_close(std::uint16_t code, const char* reason, std::size_t size);
  void end_frames();

  Transport* transport_;  // Session may change it between two links
  Entropy entropy_;
  detail::TxQueue queue_;
  union {
    OpenState open_;
    detail::ClientHandshake client_;
  };
  // One slot with one tenant at a time: a line of the handshake; the payload of a control frame being received; the
  // pong or Close that waits for its place in the ring; at the end the body of the peer's Close.
  std::uint8_t control_[detail::kMaxControl];
};

}  // namespace whit
