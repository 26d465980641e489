#include "handshake/accept.hpp"

#include "whit/detail/base64.hpp"
#include "wire/sha1.hpp"

namespace whit::detail {

void make_accept(const char* key, char* accept) {
  static constexpr char kGuid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::uint8_t text[kKeyText + sizeof kGuid - 1];
  for (std::uint8_t* to = text; to != text + sizeof text;) {
    if (to == text + kKeyText) key = kGuid;
    *to++ = static_cast<std::uint8_t>(*key++);
  }
  std::uint8_t digest[kSha1Size];
  sha1(text, sizeof text, digest);
  base64_encode(digest, sizeof digest, accept);
}

}  // namespace whit::detail
