// Whole messages instead of chunks, for those who want them: an opt-in with a buffer of the caller's.
#pragma once

#include <cstddef>
#include <cstdint>

#include "whit/websocket.hpp"

namespace whit {

/// What to do with a message that does not fit the buffer.
enum class Oversize : std::uint8_t {
  close,  ///< Fail the link with 1009 as soon as a frame's header shows it (RFC 6455 7.4.1).
  skip,   ///< Let it pass by, report it as Event::Type::skipped, and keep the link.
};

/// Assembles the chunks of a WebSocket into messages. A message that arrives in one piece is handed out where it lies,
/// without a copy. Poll this object instead of the WebSocket: events other than chunks pass through.
class Messages {
 public:
  Messages(WebSocket& socket, MutBytes buffer, Oversize policy = Oversize::close);

  /// As WebSocket::poll(), with message and skipped events in place of chunk. A message's view lives until the next
  /// poll.
  bool poll(Instant now, Event& event);

 private:
  bool add(const Chunk& chunk, Event& event);

  WebSocket& socket_;
  MutBytes buffer_;
  std::size_t limit_;
  std::size_t size_ = 0;
  bool skipping_ = false;
};

}  // namespace whit
