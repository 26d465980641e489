// Sec-WebSocket-Accept (RFC 6455 4.2.2).
#pragma once

#include <cstddef>

#include "whit/detail/client_handshake.hpp"

namespace whit::detail {

inline constexpr std::size_t kAcceptSize = 28;
/// Writes the kAcceptSize characters that answer the 24 characters of a Sec-WebSocket-Key, as it was sent.
void make_accept(const char* key, char* accept);

}  // namespace whit::detail
