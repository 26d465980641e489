// Names and sentences for people; only linked when used.
#include "whit/error.hpp"

namespace whit {

std::string_view to_string(Error value) {
  switch (value) {
    case Error::none: return "none";
    case Error::name_not_found: return "name_not_found";
    case Error::name_lookup_failed: return "name_lookup_failed";
    case Error::connection_refused: return "connection_refused";
    case Error::host_unreachable: return "host_unreachable";
    case Error::connection_reset: return "connection_reset";
    case Error::connection_lost: return "connection_lost";
    case Error::transport_timeout: return "transport_timeout";
    case Error::out_of_resources: return "out_of_resources";
    case Error::transport_failed: return "transport_failed";
    case Error::proxy_refused: return "proxy_refused";
    case Error::proxy_auth_required: return "proxy_auth_required";
    case Error::proxy_bad_response: return "proxy_bad_response";
    case Error::connect_timeout: return "connect_timeout";
    case Error::handshake_timeout: return "handshake_timeout";
    case Error::pong_timeout: return "pong_timeout";
    case Error::send_timeout: return "send_timeout";
    case Error::close_timeout: return "close_timeout";
    case Error::bad_status_line: return "bad_status_line";
    case Error::bad_status: return "bad_status";
    case Error::bad_header_line: return "bad_header_line";
    case Error::header_line_too_long: return "header_line_too_long";
    case Error::head_too_large: return "head_too_large";
    case Error::too_many_interim: return "too_many_interim";
    case Error::bad_upgrade: return "bad_upgrade";
    case Error::bad_connection: return "bad_connection";
    case Error::bad_accept: return "bad_accept";
    case Error::bad_subprotocol: return "bad_subprotocol";
    case Error::missing_subprotocol: return "missing_subprotocol";
    case Error::bad_extension: return "bad_extension";
    case Error::bad_request: return "bad_request";
    case Error::request_refused: return "request_refused";
    case Error::reserved_bits: return "reserved_bits";
    case Error::reserved_opcode: return "reserved_opcode";
    case Error::masked_frame: return "masked_frame";
    case Error::unmasked_frame: return "unmasked_frame";
    case Error::length_not_minimal: return "length_not_minimal";
    case Error::length_overflow: return "length_overflow";
    case Error::control_too_long: return "control_too_long";
    case Error::control_fragmented: return "control_fragmented";
    case Error::unexpected_continuation: return "unexpected_continuation";
    case Error::expected_continuation: return "expected_continuation";
    case Error::bad_close_body: return "bad_close_body";
    case Error::bad_close_code: return "bad_close_code";
    case Error::bad_close_reason: return "bad_close_reason";
    case Error::bad_utf8: return "bad_utf8";
    case Error::message_too_big: return "message_too_big";
    case Error::fragment_flood: return "fragment_flood";
    case Error::tls_failed: return "tls_failed";
    case Error::tls_no_anchor: return "tls_no_anchor";
    case Error::tls_untrusted: return "tls_untrusted";
    case Error::tls_expired: return "tls_expired";
    case Error::tls_not_yet_valid: return "tls_not_yet_valid";
    case Error::tls_clock_unknown: return "tls_clock_unknown";
    case Error::tls_wrong_host: return "tls_wrong_host";
    case Error::tls_pin_mismatch: return "tls_pin_mismatch";
    case Error::tls_bad_certificate: return "tls_bad_certificate";
    case Error::tls_bad_signature: return "tls_bad_signature";
    case Error::tls_no_shared_version: return "tls_no_shared_version";
    case Error::tls_no_shared_cipher: return "tls_no_shared_cipher";
    case Error::tls_alert: return "tls_alert";
    case Error::tls_truncated: return "tls_truncated";
    case Error::tls_bad_record: return "tls_bad_record";
    case Error::tls_record_too_large: return "tls_record_too_large";
    case Error::tls_out_of_arena: return "tls_out_of_arena";
    case Error::tls_bad_certificate_data: return "tls_bad_certificate_data";
    case Error::tls_bad_key: return "tls_bad_key";
    case Error::aborted: return "aborted";
    case Error::entropy_failed: return "entropy_failed";
  }
  return "?";
}

std::string_view to_string(Category value) {
  switch (value) {
    case Category::none: return "none";
    case Category::transport: return "transport";
    case Category::timeout: return "timeout";
    case Category::handshake: return "handshake";
    case Category::protocol: return "protocol";
    case Category::tls: return "tls";
    case Category::local: return "local";
  }
  return "?";
}

std::string_view describe(Error value) {
  switch (value) {
    case Error::none: return "No error.";
    case Error::name_not_found: return "The host name does not exist: check its spelling and the name server.";
    case Error::name_lookup_failed: return "The name server did not answer: check the network, then try again.";
    case Error::connection_refused: return "Nobody listens on that port: check the port, and that the server runs.";
    case Error::host_unreachable: return "There is no route to the host: check the network and the address.";
    case Error::connection_reset: return "The peer reset the connection: it crashed, or something between closed it.";
    case Error::connection_lost: return "The peer ended the connection without a closing handshake.";
    case Error::transport_timeout: return "TCP gave up on the peer: it does not acknowledge what is sent.";
    case Error::out_of_resources:
      return "The transport is out of sockets, buffers or memory: give it more, or open fewer links.";
    case Error::transport_failed: return "The transport failed.";
    case Error::proxy_refused:
      return "The proxy refuses to connect to that host: check its rules, and the host's port.";
    case Error::proxy_auth_required: return "The proxy wants credentials, or other ones than were given.";
    case Error::proxy_bad_response: return "The proxy's answer is not HTTP/1: check that the port is that of a proxy.";
    case Error::connect_timeout:
      return "The transport did not connect within connect_timeout_ms: check the network, the host and the port.";
    case Error::handshake_timeout:
      return "The transport was up, but the HTTP message did not arrive within handshake_timeout_ms, or within "
             "connect_timeout_ms in all.";
    case Error::pong_timeout: return "Nothing came back after a ping within pong_timeout_ms: the link is dead.";
    case Error::send_timeout:
      return "The transport took nothing for send_timeout_ms: the peer does not read, or the link is dead.";
    case Error::close_timeout:
      return "Closing took longer than close_timeout_ms: the peer did not answer, or did not take what was queued.";
    case Error::bad_status_line: return "The answer is not HTTP/1.1: check that the port belongs to a web server.";
    case Error::bad_status: return "The server answered, but refused to open a WebSocket: see the HTTP status.";
    case Error::bad_header_line: return "A field line of the HTTP message is malformed.";
    case Error::header_line_too_long: return "A field that the handshake needs is longer than its buffer.";
    case Error::head_too_large: return "The head of the HTTP message is larger than max_head_size.";
    case Error::too_many_interim: return "The server sent too many interim responses.";
    case Error::bad_upgrade: return "The server did not answer with the field \"Upgrade: websocket\".";
    case Error::bad_connection: return "The server did not answer with the field \"Connection: Upgrade\".";
    case Error::bad_accept:
      return "Sec-WebSocket-Accept is missing or wrong: the server, or a cache before it, does not speak WebSocket.";
    case Error::bad_subprotocol: return "The server chose a subprotocol that was not offered.";
    case Error::missing_subprotocol: return "The server chose no subprotocol, but require_subprotocol is set.";
    case Error::bad_extension: return "The server accepted an extension that was not offered.";
    case Error::bad_request: return "The request was malformed or not for a WebSocket, and was refused.";
    case Error::request_refused: return "The application answered the request otherwise.";
    case Error::reserved_bits: return "The peer set a reserved bit without an agreed extension.";
    case Error::reserved_opcode: return "The peer used a reserved opcode.";
    case Error::masked_frame: return "The server masked a frame.";
    case Error::unmasked_frame: return "The client did not mask a frame.";
    case Error::length_not_minimal: return "The peer used a longer length form than needed.";
    case Error::length_overflow: return "The peer announced a length above 2^63-1.";
    case Error::control_too_long: return "The peer sent a control frame over 125 bytes.";
    case Error::control_fragmented: return "The peer fragmented a control frame.";
    case Error::unexpected_continuation: return "The peer continued a message that was not begun.";
    case Error::expected_continuation: return "The peer began a message inside an unfinished one.";
    case Error::bad_close_body: return "The peer sent a Close with a body of one byte.";
    case Error::bad_close_code: return "The peer sent a close code that may not be sent.";
    case Error::bad_close_reason: return "The peer sent a close reason that is not UTF-8.";
    case Error::bad_utf8: return "The peer sent a text message that is not UTF-8.";
    case Error::message_too_big: return "The message is larger than the limit: raise it, or receive in chunks.";
    case Error::fragment_flood: return "The peer sent too many empty fragments.";
    case Error::tls_failed: return "The TLS layer failed: the transport has the code.";
    case Error::tls_no_anchor:
      return "There is nothing to verify the server with: give a trust anchor, a pin or a pre-shared key.";
    case Error::tls_untrusted:
      return "The server's certificate is not signed by a trusted authority: give that authority's certificate, or let "
             "the server send its intermediate ones.";
    case Error::tls_expired: return "A certificate of the server has expired: renew it, or set this device's clock.";
    case Error::tls_not_yet_valid: return "A certificate of the server is not valid yet: set this device's clock.";
    case Error::tls_clock_unknown:
      return "The dates of certificates cannot be checked: set the clock first, or choose to ignore dates.";
    case Error::tls_wrong_host:
      return "The server's certificate is for another host: check the URL, or the names in the certificate.";
    case Error::tls_pin_mismatch:
      return "None of the server's public keys is pinned: the server changed its key, or this is another server.";
    case Error::tls_bad_certificate:
      return "A certificate of the server is malformed, too weak, or not meant for a server.";
    case Error::tls_bad_signature: return "The server could not prove that it owns its certificate.";
    case Error::tls_no_shared_version: return "No TLS version is accepted by both sides: TLS 1.2 is the oldest here.";
    case Error::tls_no_shared_cipher:
      return "No cipher suite, curve or signature algorithm is accepted by both sides: check which are compiled in.";
    case Error::tls_alert:
      return "The peer ended TLS with an alert: its number tells why (a client certificate may be wanted).";
    case Error::tls_truncated:
      return "The connection ended without TLS's own end: it was cut, or the peer does not send close_notify.";
    case Error::tls_bad_record: return "What arrived is not TLS, or was damaged: check that the port speaks TLS.";
    case Error::tls_record_too_large:
      return "The peer sent a larger record than the receive buffer holds: raise MBEDTLS_SSL_IN_CONTENT_LEN.";
    case Error::tls_out_of_arena: return "The TLS arena is too small: see tls_memory_needed().";
    case Error::tls_bad_certificate_data: return "This is not a certificate in DER or PEM, or PEM is not compiled in.";
    case Error::tls_bad_key:
      return "This is not a private key that fits the certificate, or a pre-shared key of a size that is refused.";
    case Error::aborted: return "close() was called before the link was open.";
    case Error::entropy_failed: return "The entropy source failed, so nothing can be sent.";
  }
  return "?";
}

}  // namespace whit
