// What a call returns at once: done, not now, or why it was refused.
#pragma once

#include <cstdint>
#include <string_view>

namespace whit {

/// The result of a call. Everything but `ok` and `closed` means that nothing was changed and nothing will be sent; but
/// a connect() that returns transport_failed has forgotten the link before (buffered_amount() is 0, url() the new one).
/// What the peer, the network or time does wrong is never a Status: it is an event with an Error.
enum class [[nodiscard]] Status : std::uint8_t{
    ok,                ///< Done, or accepted and queued.
    would_block,       ///< Not now: the ring is too full. Try again after poll().
    closed,            ///< The link is closing or closed: dropped, but counted in buffered_amount() as W3C says.
    invalid_state,     ///< The call is not legal now (send while connecting, connect while connected, two messages at
                       ///< once).
    message_too_big,   ///< More than max_message() of this ring: use begin()/write()/end(), or a larger ring.
    bad_utf8,          ///< Text or a close reason that is not UTF-8 (RFC 6455 5.6, 5.5.1).
    control_too_long,  ///< A ping payload over 125 or a close reason over 123 bytes (RFC 6455 5.5).
    bad_close_code,    ///< An application may close with 1000 and 3000-4999 (W3C close(), RFC 6455 7.4).
    size_mismatch,     ///< write() past, or end() before, the size given to begin().
    bad_url,           ///< parse_url() tells what is wrong with it.
    wrong_transport,   ///< wss:// over a plain transport, or ws:// over TLS.
    bad_subprotocol,   ///< Not a token (RFC 9110 5.6.2), over kMaxSubprotocol bytes, or the same name twice.
    bad_header,  ///< Not a field name, a control character in a value, or a field that the handshake or an option owns.
    bad_origin,  ///< A control or non-ASCII character in the Origin.
    bad_credentials,   ///< A control character, ':' in the user name, or both Basic and Bearer given.
    ring_too_small,    ///< Below kMinRing bytes.
    transport_failed,  ///< The transport refused to start; Transport::error() tells why.
};

/// The enumerator's own name: "would_block". Not linked unless used.
[[nodiscard]] std::string_view to_string(Status status);
/// One sentence for a person: what is wrong and what to do. Not linked unless used.
[[nodiscard]] std::string_view describe(Status status);

}  // namespace whit
