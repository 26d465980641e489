#include "whit/detail/utf8.hpp"

#include <cstring>

#include "wire/machine.hpp"
#if !WHIT_SMALL
#include "wire/utf8_table.hpp"
#endif

namespace whit::detail {

namespace {

#if WHIT_WORDS
Word load(const std::uint8_t* p) {
  Word word;
  std::memcpy(&word, p, sizeof word);
  return word;
}
#endif

// The first byte in [p, end) that is not ASCII, or end.
const std::uint8_t* skip_ascii(const std::uint8_t* p, const std::uint8_t* end) {
#if WHIT_WORDS
  constexpr Word kHighBits = static_cast<Word>(0x8080808080808080u);
  constexpr std::size_t kSize = sizeof(Word);
#if !WHIT_SMALL
  while (static_cast<std::size_t>(end - p) >= 4 * kSize) {
    if (((load(p) | load(p + kSize) | load(p + 2 * kSize) | load(p + 3 * kSize)) & kHighBits) != 0) break;
    p += 4 * kSize;
  }
#endif
  while (static_cast<std::size_t>(end - p) >= kSize && (load(p) & kHighBits) == 0) p += kSize;
#endif
  while (p != end && *p < 0x80) ++p;
  return p;
}

#if !WHIT_SMALL
// Validates from the start of a character on, in blocks, up to where ASCII goes on or the end is near; p then stands at
// the start of a character again. False at an error.
bool scan(const std::uint8_t*& p, const std::uint8_t* end) {
  constexpr std::ptrdiff_t kBlock = 16;
  std::uint64_t state = kAccept;
  while (end - p >= kBlock) {
    for (std::ptrdiff_t i = 0; i < kBlock; i += 4) {
      state = kUtf8Table[p[i]] >> (state & 63);
      state = kUtf8Table[p[i + 1]] >> (state & 63);
      state = kUtf8Table[p[i + 2]] >> (state & 63);
      state = kUtf8Table[p[i + 3]] >> (state & 63);
    }
    p += kBlock;
    state &= 63;
    if (state == kReject) return false;
    if (state == kAccept && end - p >= 4 && ((p[0] | p[1] | p[2] | p[3]) & 0x80) == 0) return true;
  }
  if (state == kAccept) return true;
  // The careful loop goes on with the character that was cut.
  do --p;
  while (*p < 0xC0);
  return true;
}
#endif

}  // namespace

bool Utf8::feed(const std::uint8_t* p, std::size_t size, bool last) {
  const std::uint8_t* const end = p + size;
  unsigned need = need_, code = code_;
  while (p != end) {
    if (need == 0) {
      p = skip_ascii(p, end);
#if !WHIT_SMALL
      if (end - p >= 16) {
        if (!scan(p, end)) return false;
        continue;
      }
#endif
      if (p == end) break;
    }
    const unsigned byte = *p++;
    if (need != 0) {
      if ((byte & 0xC0) != 0x80) return false;
      code = code << 6 | (byte & 0x3F);
      --need;
      // RFC 3629 3: with the second byte it shows what would be over-long, a surrogate, or above U+10FFFF.
      if (need == 1 && (code < 0x20 || code >> 5 == 0x1B)) return false;
      if (need == 2 && code - 0x10 >= 0x100) return false;
    } else if (byte >= 0x80) {
      if (byte < 0xC2 || byte > 0xF4) return false;
      need = 1u + (byte >= 0xE0) + (byte >= 0xF0);
      code = byte & 0x3Fu >> need;
    }
  }
  need_ = static_cast<std::uint8_t>(need);
  code_ = static_cast<std::uint16_t>(code);
  return !last || need == 0;
}

bool is_utf8(const std::uint8_t* p, std::size_t size) {
#if !WHIT_SMALL
  const std::uint8_t* const end = p + size;
  p = skip_ascii(p, end);
  if (p == end) return true;
  size = static_cast<std::size_t>(end - p);
#endif
  return Utf8().feed(p, size, true);
}

}  // namespace whit::detail
