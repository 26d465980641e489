// Sec-WebSocket-Accept (RFC 6455 4.2.2).
#pragma once

#include <cstddef>
#include <cstring>

#include "whit/detail/client_handshake.hpp"

namespace whit::detail {

inline constexpr std::size_t kAcceptSize = 28;
inline constexpr std::size_t kAcceptRoom = kKeyText + 36;  // of the key and the GUID behind it

/// Turns the 24 characters of a Sec-WebSocket-Key at the start of `text` into the kAcceptSize that answer it.
void answer_key(char (&text)[kAcceptRoom]);

/// Writes the kAcceptSize characters that answer the 24 characters of a Sec-WebSocket-Key, as it was sent.
inline void make_accept(const char* key, char* accept) {
  char text[kAcceptRoom];
  std::memcpy(text, key, kKeyText);
  answer_key(text);
  std::memcpy(accept, text, kAcceptSize);
}

}  // namespace whit::detail
