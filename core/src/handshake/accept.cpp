#include "handshake/accept.hpp"

#include <cstring>

#include "whit/detail/client_handshake.hpp"
#include "whit/detail/base64.hpp"
#include "wire/sha1.hpp"

namespace whit::detail {

void make_accept(const char* key, char* accept) {
  static constexpr char kGuid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::uint8_t text[kKeyText + sizeof kGuid - 1];
  std::memcpy(text, key, kKeyText);
  std::memcpy(text + kKeyText, kGuid, sizeof kGuid - 1);
  std::uint8_t digest[kSha1Size];
  sha1(Bytes(text), digest);
  base64_encode(Bytes(digest), accept);
}

}  // namespace whit::detail
