#include "handshake/accept.hpp"

#include "whit/detail/base64.hpp"
#include "wire/sha1.hpp"

namespace whit::detail {

void make_accept(const char* key, char* accept) {
  // With the first byte of the padding behind it (FIPS 180-4 5.1.1).
  static constexpr char kGuid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11\x80";
  constexpr std::size_t kSize = kKeyText + sizeof kGuid - 1;
  constexpr std::size_t kBits = (kSize - 1) * 8;
  std::uint8_t text[2 * kSha1Block] = {};
  for (std::uint8_t* to = text; to != text + kSize;) {
    if (to == text + kKeyText) key = kGuid;
    *to++ = static_cast<std::uint8_t>(*key++);
  }
  text[sizeof text - 2] = kBits >> 8;
  text[sizeof text - 1] = kBits & 0xFF;
  std::uint8_t digest[kSha1Size];
  sha1(text, text + sizeof text, digest);
  base64_encode(digest, sizeof digest, accept);
}

}  // namespace whit::detail
