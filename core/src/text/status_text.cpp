// Names and sentences for people; only linked when used.
#include "whit/status.hpp"

namespace whit {

std::string_view to_string(Status value) {
  switch (value) {
    case Status::ok: return "ok";
    case Status::would_block: return "would_block";
    case Status::closed: return "closed";
    case Status::invalid_state: return "invalid_state";
    case Status::message_too_big: return "message_too_big";
    case Status::bad_utf8: return "bad_utf8";
    case Status::control_too_long: return "control_too_long";
    case Status::bad_close_code: return "bad_close_code";
    case Status::size_mismatch: return "size_mismatch";
    case Status::bad_url: return "bad_url";
    case Status::wrong_transport: return "wrong_transport";
    case Status::bad_subprotocol: return "bad_subprotocol";
    case Status::bad_header: return "bad_header";
    case Status::bad_origin: return "bad_origin";
    case Status::bad_credentials: return "bad_credentials";
    case Status::ring_too_small: return "ring_too_small";
    case Status::transport_failed: return "transport_failed";
  }
  return "?";
}

std::string_view describe(Status value) {
  switch (value) {
    case Status::ok: return "Done.";
    case Status::would_block: return "The ring is too full: try again after poll().";
    case Status::closed: return "The link is closing or closed: nothing was sent.";
    case Status::invalid_state: return "The call is not legal in this state.";
    case Status::message_too_big:
      return "The message can never fit the ring: use begin(), write() and end(), or a larger ring.";
    case Status::bad_utf8: return "The text is not UTF-8: send it as binary.";
    case Status::control_too_long: return "A ping carries at most 125 bytes, a close reason 123.";
    case Status::bad_close_code: return "An application may close with 1000 and 3000-4999.";
    case Status::size_mismatch: return "The message is longer or shorter than begin() announced.";
    case Status::bad_url: return "The URL is not a valid ws:// or wss:// URL: see parse_url().";
    case Status::wrong_transport: return "wss:// needs a TLS transport, and ws:// a plain one.";
    case Status::bad_subprotocol: return "Subprotocols must be HTTP tokens of at most 101 bytes, all different.";
    case Status::bad_header:
      return "A header name must be a token that the handshake does not own, and no value may contain control "
             "characters.";
    case Status::bad_origin: return "The Origin must be printable ASCII.";
    case Status::bad_credentials:
      return "Credentials must be free of control characters, the user name of a colon, and only one kind may be "
             "given.";
    case Status::ring_too_small: return "The ring must have at least 131 bytes.";
    case Status::transport_failed: return "The transport could not start: see its error().";
  }
  return "?";
}

}  // namespace whit
