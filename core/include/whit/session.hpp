// A client that comes back by itself.
#pragma once

#include <cstdint>
#include <string_view>

#include "whit/disconnect_record.hpp"
#include "whit/entropy.hpp"
#include "whit/messages.hpp"
#include "whit/options.hpp"
#include "whit/policy.hpp"
#include "whit/websocket.hpp"

namespace whit {

/// How a Session comes back. All that is referred to must outlive it.
struct SessionOptions {
  Span<const std::string_view> urls;    ///< At least one; the next is tried after `failures_per_url` failures in a row.
  std::uint32_t failures_per_url = 3;   ///< 0: only a Verdict goes on to the next.
  std::uint32_t first_delay_ms = 5000;  ///< The first delay is a random part of this (RFC 6455 7.2.3) ...
  std::uint32_t most_delay_ms = 300000;      ///< ... then of twice as much each time, up to this.
  std::uint32_t most_retry_after_s = 86400;  ///< No server keeps us away for longer, whatever its Retry-After says.
  std::uint32_t max_attempts = 0;            ///< So many failures in a row, then it stops; 0: never.
  std::uint32_t stable_after_ms = 30000;     ///< A link that was open for so long makes the delays short again.
  std::uint8_t max_redirects = 0;            ///< Hops that are followed for one attempt; 0: none. Loops end sooner.
  bool redirect_to_plain = false;            ///< May a redirect lead from wss to ws?
  /// The transport for the other scheme, if URLs of both are to be used: Tls when the WebSocket's own is plain, plain
  /// when it is Tls. Both may be over the same TCP. Null: redirects and URLs of the other scheme fail.
  Transport* other_transport = nullptr;
  /// For URLs of redirects, halved: twice the longest that is to be followed.
  MutBytes redirect_memory;
  /// The longest ping interval. When it is more than ClientOptions::ping_interval_ms, the interval grows from there
  /// while the link bears it, and shrinks when a link died of silence.
  std::uint32_t most_ping_interval_ms = 0;

  /// What to do after each cause.
  Verdict (*policy)(const Cause& cause) = default_policy;
  /// Asked when a server wants other credentials: changes `options` and returns true, or returns false, upon which the
  /// session stops. Null: it stops. It is asked once until a link has opened: who is refused again with what it gave
  /// stops (RFC 9110 15.5.2). What it gives lasts for the life of the session.
  bool (*new_credentials)(void* context, const Cause& cause, ClientOptions& options) = nullptr;
  /// Seconds since 1970, 0 while not known: for dates in Retry-After, and for the record. May be null.
  std::uint64_t (*wall_clock)(void* context) = nullptr;
  void* context = nullptr;
};

/// Keeps a WebSocket connected from start() to stop(). The application says once what it wants; all else follows from
/// one state that is made anew for each attempt. After stop() nothing reconnects, ever; WebSocket::close() counts as
/// stop().
///
/// Poll this object instead of the WebSocket (or Messages): all events pass through, and after each close event comes a
/// `retry` or a `stopped`. Everything may be called at any time between two polls, also while an event is handled.
///
/// Messages that were queued and not sent when a link died are lost with it: Outbox or the application keeps what
/// matters.
class Session {
 public:
  /// `client` is copied; what it refers to is not. Give it a Refusal if redirects and Retry-After are to be seen.
  Session(WebSocket& socket, Entropy entropy, const ClientOptions& client, const SessionOptions& options);
  /// The same with whole messages instead of chunks; `messages` is over `socket`.
  Session(WebSocket& socket, Messages& messages, Entropy entropy, const ClientOptions& client,
          const SessionOptions& options);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Wanted: connected. Starts the first attempt at once. ok; or what WebSocket::connect() says of the URL and the
  /// options, upon which nothing was started. ok and without effect while it is started already.
  Status start(Instant now);
  /// Wanted: stopped. Closes the link if there is one (code and reason as WebSocket::close()), ends an attempt or a
  /// pause; `stopped` is the last event. ok; bad_close_code, bad_utf8 or control_too_long, upon which nothing was
  /// changed.
  Status stop(std::uint16_t code = close_code::kNormalClosure, std::string_view reason = {});
  /// Cuts a pause short: the next attempt starts with the next poll (after the retry event, if that was not reported
  /// yet). For an application that knows better (the network is back, a button was pressed).
  void retry_now();

  bool poll(Instant now, Event& event);
  [[nodiscard]] Deadline next_deadline() const;

  [[nodiscard]] bool wanted() const { return wanted_; }
  /// The URL of the attempt, after redirects.
  [[nodiscard]] std::string_view url() const { return url_; }
  /// Failures in a row.
  [[nodiscard]] std::uint32_t failures() const { return failures_; }
  /// The interval in use now (see SessionOptions::most_ping_interval_ms).
  [[nodiscard]] std::uint32_t ping_interval_ms() const { return ping_ms_; }

  /// WebSocket::send() that is counted for the record.
  Status send(std::string_view text) { return count_sent(socket_.send(text), text.size()); }
  Status send(Bytes binary) { return count_sent(socket_.send(binary), binary.size()); }
  Status send(MessageType type, Bytes data) { return count_sent(socket_.send(type, {&data, 1}), data.size()); }

  /// The last link or attempt that ended; is_valid() once there was one.
  [[nodiscard]] const DisconnectRecord& last_disconnect() const { return record_; }

 private:
  enum class Phase : std::uint8_t { idle, active, waiting };
  enum class Telling : std::uint8_t { nothing, retry, stopped };

  Status attempt(Instant now);
  void observe(Instant now, const Event& event);
  void ended(Instant now);
  void keep_record();
  bool follow_redirect(Instant now);
  void schedule(Instant now);
  void pause(Instant now, std::uint32_t ms);
  void halt();
  void next_url();
  void choose_transport();
  void drop_credentials();
  void link_was_silent(bool survived);
  void pass_time(Instant now);
  Status count_sent(Status status, std::size_t size);
  [[nodiscard]] std::uint64_t wall() const {
    return options_.wall_clock != nullptr ? options_.wall_clock(options_.context) : 0;
  }

  WebSocket& socket_;
  void* source_;
  bool (*poll_)(void* source, Instant now, Event& event);
  Entropy entropy_;
  SessionOptions options_;
  ClientOptions given_;   // what the caller gave, also when asked for credentials ...
  ClientOptions client_;  // ... and what this attempt uses
  DisconnectRecord record_;
  std::string_view url_;
  Cause cause_;
  Instant retry_at_{};
  Instant seen_{};              // the last poll of this link
  std::uint32_t age_ms_ = 0;    // of the open link; the largest value also stands for more
  std::uint32_t ping_ms_ = 0;   // the interval as it was learnt
  std::uint32_t quiet_ms_ = 0;  // for so long nothing had come when the last event did
  std::uint32_t delay_ms_ = 0;
  std::uint32_t failures_ = 0;
  std::uint32_t failures_of_url_ = 0;
  std::uint32_t bytes_in_ = 0, bytes_out_ = 0, messages_in_ = 0, messages_out_ = 0;
  std::uint32_t rtt_ms_ = 0;
  std::uint32_t good_silence_ms_ = 0;  // a ping after so much silence was answered
  std::uint32_t bad_silence_ms_ = 0;   // after so much the link was found dead; 0: never
  std::uint32_t loop_mark_ = 0;        // a hash of a URL on the way of the redirects
  std::size_t url_index_ = 0;
  Phase phase_ = Phase::idle;
  Telling telling_ = Telling::nothing;
  std::uint8_t hops_ = 0;
  bool half_ = false;  // of redirect_memory that url_ lies in
  bool wanted_ = false;
  bool closing_ = false;  // stop() closed the link
  bool local_ = false;    // the closing handshake began here
  bool asked_ = false;    // for credentials, since a link was open
};

}  // namespace whit
