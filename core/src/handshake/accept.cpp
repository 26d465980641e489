#include "handshake/accept.hpp"

#include "whit/detail/base64.hpp"
#include "wire/sha1.hpp"

namespace whit::detail {

void answer_key(char (&text)[kAcceptRoom]) {
  const char* guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  for (char* to = text + kKeyText; *guid != '\0';) *to++ = *guid++;
  std::uint8_t digest[kSha1Size];
  sha1(reinterpret_cast<const std::uint8_t*>(text), sizeof text, digest);
  base64_encode(digest, sizeof digest, text);
}

}  // namespace whit::detail
