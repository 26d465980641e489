// Why a link died: one code per cause, folded into a few categories.
#pragma once

#include <cstdint>
#include <string_view>

namespace whit {

enum class Category : std::uint8_t { none, transport, timeout, handshake, protocol, tls, local };

/// One code for each cause. The upper three bits are the Category, so category() is a shift.
enum class Error : std::uint8_t {
  none = 0,

  // transport: the network below
  name_not_found = 0x20,  ///< The host name does not exist.
  name_lookup_failed,     ///< The name service did not answer, or gave a temporary failure.
  connection_refused,     ///< Nobody listens there.
  host_unreachable,       ///< No route to the host or network.
  connection_reset,       ///< The peer's TCP sent a reset.
  connection_lost,        ///< The peer ended TCP without the closing handshake (RFC 6455 7.2.1).
  transport_timeout,      ///< TCP itself gave up on the peer.
  out_of_resources,       ///< No socket, buffer or memory left in the transport.
  transport_failed,       ///< Anything else the transport reports.
  proxy_refused,          ///< The proxy answered CONNECT with something else than 2xx (RFC 9110 9.3.6).
  proxy_auth_required,    ///< The proxy wants (other) credentials: 407 (RFC 9110 15.5.8).
  proxy_bad_response,     ///< The proxy does not speak HTTP/1.

  // timeout: a deadline of whit's
  connect_timeout = 0x40,  ///< The transport was not up within connect_timeout_ms.
  handshake_timeout,  ///< It was, but no whole head came within handshake_timeout_ms, or connect_timeout_ms in all.
  pong_timeout,       ///< Nothing came back after a ping within pong_timeout_ms.
  send_timeout,       ///< The transport took nothing for send_timeout_ms.
  close_timeout,      ///< No answer to our Close, or no room for it, within close_timeout_ms.

  // handshake: RFC 6455 4.1, 4.2; RFC 9112
  bad_status_line = 0x60,  ///< Not "HTTP/1.1 NNN" (RFC 9112 4).
  bad_status,              ///< The server answered, but not with 101 (RFC 6455 4.1); see http_status.
  bad_header_line,         ///< A malformed field line, a folded line, a bare CR or a control character (RFC 9112 5).
  header_line_too_long,    ///< A field that the handshake needs does not fit the line buffer.
  head_too_large,          ///< The head is larger than max_head_size.
  too_many_interim,        ///< More than eight 1xx responses before the final one.
  bad_upgrade,             ///< Upgrade is missing or is not "websocket".
  bad_connection,          ///< Connection is missing or does not list "upgrade".
  bad_accept,              ///< Sec-WebSocket-Accept is missing, repeated or wrong.
  bad_subprotocol,         ///< A subprotocol that was not offered, or more than one.
  missing_subprotocol,     ///< None was chosen, and require_subprotocol is set.
  bad_extension,           ///< An extension that was not offered, or a malformed list (RFC 6455 9.1).
  bad_request,             ///< Server role: the request was refused by whit; see http_status.
  request_refused,         ///< Server role: the application's hook answered the request otherwise.

  // protocol: RFC 6455 5-8
  reserved_bits = 0x80,     ///< An RSV bit without an agreed extension (5.2).
  reserved_opcode,          ///< Opcodes 3-7 and 11-15 (5.2).
  masked_frame,             ///< A server must not mask (5.1).
  unmasked_frame,           ///< A client must mask (5.1).
  length_not_minimal,       ///< A longer length form than needed (5.2).
  length_overflow,          ///< A 64-bit length with its top bit set (5.2).
  control_too_long,         ///< A control frame over 125 bytes (5.5).
  control_fragmented,       ///< A control frame without FIN (5.5).
  unexpected_continuation,  ///< A continuation with nothing to continue (5.4).
  expected_continuation,    ///< A new message inside an unfinished one (5.4).
  bad_close_body,           ///< A Close body of one byte (5.5.1).
  bad_close_code,           ///< A code that may not appear in a frame (7.4).
  bad_close_reason,         ///< A close reason that is not UTF-8 (5.5.1, 8.1).
  bad_utf8,                 ///< A text message that is not UTF-8 (8.1).
  message_too_big,          ///< Over max_message_size, or over the buffer of Messages (7.4.1: 1009).
  fragment_flood,           ///< More than kMaxEmptyFragments empty fragments in a row (10.4: 1008).

  // tls: the codes of the TLS transport
  tls_failed = 0xA0,      ///< Anything else that the TLS layer reports; the transport has the detail.
  tls_no_anchor,          ///< Nothing to verify the server with: no trust anchor, no pin, no pre-shared key.
  tls_untrusted,          ///< The chain does not end at a trust anchor: unknown authority, self-signed, a missing link.
  tls_expired,            ///< A certificate of the chain has expired (RFC 5280 4.1.2.5).
  tls_not_yet_valid,      ///< A certificate of the chain is not valid yet, or this device's clock is wrong.
  tls_clock_unknown,      ///< Dates are to be checked, but the time of day is not known.
  tls_wrong_host,         ///< The certificate is for another name or address (RFC 6125).
  tls_pin_mismatch,       ///< The chain is trusted, but none of its public keys is pinned.
  tls_bad_certificate,    ///< Malformed, a weak key or hash, or not meant for a server (RFC 5280 4.2.1.12).
  tls_bad_signature,      ///< The peer could not prove that the certificate is its own.
  tls_no_shared_version,  ///< No protocol version that both sides accept.
  tls_no_shared_cipher,   ///< No cipher suite, curve or signature algorithm that both sides accept.
  tls_alert,              ///< The peer ended the link with an alert; its number is in the transport's detail.
  tls_truncated,          ///< TCP ended without close_notify (RFC 8446 6.1).
  tls_bad_record,         ///< Not TLS at all, or a record was damaged.
  tls_record_too_large,   ///< A record larger than the receive buffer; both sizes are in the transport's detail.
  tls_out_of_arena,       ///< The arena is too small; the size of the missing block is in the transport's detail.
  tls_bad_certificate_data,  ///< Configuration: not a certificate in DER or PEM.
  tls_bad_key,  ///< Configuration: not a private key, not that of the certificate, or a PSK that is refused.

  // local: this side
  aborted = 0xC0,  ///< close() while connecting (W3C close()).
  entropy_failed,  ///< The entropy source failed, so nothing can be sent (RFC 6455 5.3, 10.3).
};

[[nodiscard]] constexpr Category category(Error error) {
  return static_cast<Category>(static_cast<std::uint8_t>(error) >> 5);
}

/// The close code that this error puts on the wire of an established link (RFC 6455 7.4.1); 0 when none is sent.
[[nodiscard]] std::uint16_t close_code_for(Error error);

/// The enumerator's own name: "bad_accept". Not linked unless used.
[[nodiscard]] std::string_view to_string(Error error);
[[nodiscard]] std::string_view to_string(Category category);
/// One sentence for a person: what happened and what to do. Not linked unless used.
[[nodiscard]] std::string_view describe(Error error);

}  // namespace whit
