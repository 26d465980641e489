// What poll() reports.
#pragma once

#include <cstdint>
#include <string_view>

#include "whit/bytes.hpp"
#include "whit/error.hpp"

namespace whit {

enum class MessageType : std::uint8_t { text = 1, binary = 2 };  // the opcodes of RFC 6455 5.2

enum class ReadyState : std::uint8_t { connecting = 0, open = 1, closing = 2, closed = 3 };  // W3C readyState

inline constexpr std::uint64_t kUnknownSize = ~std::uint64_t{0};

/// A piece of a message, in place where the transport received it. Text is validated up to its end.
struct Chunk {
  MutBytes data;             ///< May be empty (an empty message, an empty last fragment). The holder may write to it.
  std::uint64_t offset = 0;  ///< Of data within the message.
  std::uint64_t total = kUnknownSize;  ///< The message's size where known: it came, or comes, as one single frame.
  MessageType type = MessageType::binary;
  bool first = false;
  bool last = false;
};

/// A whole message, from Messages.
struct Message {
  MutBytes data;
  MessageType type = MessageType::binary;
  /// The data as text; of use when type is text.
  [[nodiscard]] std::string_view text() const { return as_text(Bytes(data.data(), data.size())); }
};

/// A message that did not fit the buffer of Messages and was skipped.
struct Skipped {
  std::uint64_t size = 0;  ///< Bytes of the whole message.
  MessageType type = MessageType::binary;
};

/// W3C CloseEvent.
struct CloseEvent {
  std::uint16_t code = 0;   ///< The peer's; 1005 if its Close had none; 1006 if no Close came (RFC 6455 7.1.5).
  bool was_clean = false;   ///< Both Close frames were exchanged before TCP ended (RFC 6455 7.1.4).
  std::string_view reason;  ///< The peer's words: UTF-8, untrusted (RFC 6455 5.5.1).
};

/// What a Session does next, after a link or an attempt has ended; `error`, `http_status` and `close.code` tell why.
struct Retry {
  /// The number of the coming attempt; the last good link, or the first attempt after start(), was number 1. Redirects
  /// do not count.
  std::uint32_t attempt = 0;
  std::uint32_t delay_ms = 0;  ///< Until then.
};

/// One event. Only the members named for its type mean something. Views live until the next poll().
struct Event {
  enum class Type : std::uint8_t {
    open,     ///< The handshake is complete; url(), protocol() and extensions() are set.
    chunk,    ///< `chunk`: a piece of a message (WebSocket::poll only).
    message,  ///< `message`: a whole message (Messages::poll only).
    skipped,  ///< `skipped`: a message too big for the buffer has passed by (Messages::poll only).
    pong,     ///< `rtt_ms`: the answer to our newest ping.
    error,    ///< `error`, `http_status`: why the link failed. Exactly one close event follows.
    close,    ///< `close`: the last event of a link.
    retry,    ///< `retry`: there will be another link (Session::poll only).
    stopped,  ///< There will be none until start(); `error`, `http_status`, `close.code`: why (Session::poll only).
  };
  Type type = Type::open;
  Error error = Error::none;
  /// Of the last HTTP response (ours, as a server), be it a 101 in which something else was wrong; 0 if there was none.
  std::uint16_t http_status = 0;
  std::uint32_t rtt_ms = 0;
  Chunk chunk;
  Message message;
  Skipped skipped;
  CloseEvent close;
  Retry retry;
};

}  // namespace whit
