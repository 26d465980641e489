// Messages that wait for a link, in the caller's memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "whit/bytes.hpp"
#include "whit/event.hpp"
#include "whit/status.hpp"
#include "whit/time.hpp"
#include "whit/websocket.hpp"

namespace whit {

class Session;

/// What is submitted.
struct Post {
  Bytes data;  ///< Copied.
  MessageType type = MessageType::text;
  std::uint8_t priority = 0;  ///< Higher goes first; equals go in the order of submission.
  std::uint16_t key = 0;      ///< A post with the same key that is still waiting is replaced; 0: none.
  std::uint32_t ttl_ms = 0;   ///< After so long it is of no use to anybody; 0: it always is. Below 24 days.
};

struct OutboxOptions {
  enum class WhenFull : std::uint8_t {
    refuse,       ///< submit() returns would_block.
    drop_oldest,  ///< The oldest of the lowest priority goes, unless that is above the new one's.
  };
  enum class Delivery : std::uint8_t {
    at_most_once,   ///< What was given to a link is forgotten.
    at_least_once,  ///< What the transport had not taken when its link died is sent again.
  };
  WhenFull when_full = WhenFull::refuse;
  Delivery delivery = Delivery::at_least_once;
};

/// Keeps messages in order while there is no link, or a busy one, and feeds them to a WebSocket as it takes them. All
/// messages of that WebSocket have to go through it, as it counts bytes: a post counts as delivered once the transport
/// has taken its last byte. What that means is the transport's affair: lwIP's without copies has the peer's
/// acknowledgement then, a POSIX socket the kernel's promise. With at_least_once no post is forgotten before; one may
/// arrive twice.
///
/// Call on_event() with each event and pump() after each round of polling.
class Outbox {
 public:
  /// `memory`: 20 bytes for each post besides its data.
  Outbox(WebSocket& socket, MutBytes memory, const OutboxOptions& options = {});
  /// The same under a Session, which is over `socket`: what is sent counts in its DisconnectRecord.
  Outbox(WebSocket& socket, Session& session, MutBytes memory, const OutboxOptions& options = {});
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// ok; would_block: full; message_too_big: never with this memory, or this ring; bad_utf8: text that is not UTF-8.
  Status submit(const Post& post, Instant now);
  Status submit(std::string_view text, Instant now) {
    return submit({as_bytes(text), MessageType::text, 0, 0, 0}, now);
  }

  /// To be told of each event of the WebSocket or Session.
  void on_event(const Event& event);
  /// Forgets what is delivered or expired, and sends what the link takes.
  void pump(Instant now);

  /// Posts that are not delivered yet, and the bytes of memory that they take.
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] std::size_t memory_used() const { return used_; }
  [[nodiscard]] std::uint32_t delivered() const { return delivered_; }
  [[nodiscard]] std::uint32_t expired() const { return expired_; }
  /// Dropped to make room for others; those that were replaced by their key are not counted.
  [[nodiscard]] std::uint32_t dropped() const { return dropped_; }
  /// Sent again after a link had died.
  [[nodiscard]] std::uint32_t repeated() const { return repeated_; }

 private:
  struct Record;

  [[nodiscard]] Record load(std::size_t at) const;
  void store(std::size_t at, const Record& record);
  [[nodiscard]] std::size_t next(std::size_t at, const Record& record) const;
  void remove(std::size_t at);
  void replace(std::uint16_t key);
  bool make_room(std::size_t size, const Post& post);
  [[nodiscard]] std::size_t find_first() const;
  void forget_expired(Instant now);
  void forget_delivered();
  void link_lost();
  Status send(MessageType type, Bytes data);

  WebSocket& socket_;
  Session* session_ = nullptr;  // that counts what is sent
  MutBytes memory_;
  OutboxOptions options_;
  std::size_t used_ = 0;
  std::size_t count_ = 0;
  std::uint32_t sent_ = 0;  // payload bytes given to this link
  std::uint32_t delivered_ = 0, expired_ = 0, dropped_ = 0, repeated_ = 0;
};

}  // namespace whit
