// The grammar that only a server needs: Host, Sec-WebSocket-Key, Sec-WebSocket-Extensions.
#pragma once

#include <string_view>

namespace whit::detail {

/// A host with an optional port, as in the Host field (RFC 9110 7.2).
[[nodiscard]] bool is_authority(std::string_view text);
/// 24 characters that decode to 16 bytes; the pad bits may be anything (RFC 6455 4.2.1, erratum 3150).
[[nodiscard]] bool is_key(std::string_view text);
/// A list of tokens with parameters (RFC 6455 9.1), with at least one member.
[[nodiscard]] bool is_extension_list(std::string_view text);

}  // namespace whit::detail
