#include "whit/detail/utf8.hpp"

#include <cstring>

#include "wire/machine.hpp"

namespace whit::detail {

namespace {

// The first byte in [p, end) that is not ASCII, or end.
const std::uint8_t* skip_ascii(const std::uint8_t* p, const std::uint8_t* end) {
#if WHIT_WORDS
  constexpr Word kHighBits = static_cast<Word>(0x8080808080808080u);
  constexpr std::size_t kStep = WHIT_SMALL ? sizeof(Word) : 4 * sizeof(Word);
  while (static_cast<std::size_t>(end - p) >= kStep) {
    Word all = 0;
    for (std::size_t i = 0; i < kStep; i += sizeof(Word)) {
      Word word;
      std::memcpy(&word, p + i, sizeof word);
      all |= word;
    }
    if ((all & kHighBits) != 0) break;
    p += kStep;
  }
#endif
  while (p != end && *p < 0x80) ++p;
  return p;
}

#if !WHIT_SMALL
bool continues(std::uint8_t byte) { return static_cast<std::int8_t>(byte) < -64; }

// Passes over whole characters while at least four bytes are left and they are of the plain kinds; the careful loop
// judges whatever stops this one.
const std::uint8_t* skip_plain(const std::uint8_t* p, const std::uint8_t* end) {
  while (end - p >= 4) {
    const std::uint8_t lead = *p;
    if (lead < 0x80) {
      ++p;
      if (p[0] < 0x80 && p[1] < 0x80 && p[2] < 0x80) return p;
    } else if (lead < 0xE0) {
      if (lead < 0xC2 || !continues(p[1])) return p;
      p += 2;
    } else if (lead < 0xF0) {
      if (lead == 0xE0 || lead == 0xED || !continues(p[1]) || !continues(p[2])) return p;
      p += 3;
    } else {
      if (lead == 0xF0 ? p[1] < 0x90 : lead > 0xF3) return p;
      if (!continues(p[1]) || !continues(p[2]) || !continues(p[3])) return p;
      p += 4;
    }
  }
  return p;
}
#endif

}  // namespace

bool Utf8::feed(const std::uint8_t* p, std::size_t size) {
  const std::uint8_t* const end = p + size;
  while (p != end) {
    if (need_ != 0) {
      if (*p < low_ || *p > high_) return false;
      low_ = 0x80;
      high_ = 0xBF;
      --need_;
      ++p;
      continue;
    }
    p = skip_ascii(p, end);
#if !WHIT_SMALL
    p = skip_plain(p, end);
#endif
    if (p == end) break;
    const std::uint8_t lead = *p++;
    if (lead < 0x80) continue;
    // RFC 3629 4: C0, C1 and E0 80-9F, F0 80-8F would be over-long; ED A0-BF are surrogates; F4 90 is above U+10FFFF.
    if (lead < 0xC2 || lead > 0xF4) return false;
    need_ = static_cast<std::uint8_t>(1 + (lead >= 0xE0) + (lead >= 0xF0));
    low_ = 0x80;
    high_ = 0xBF;
    if (lead == 0xE0) low_ = 0xA0;
    if (lead == 0xED) high_ = 0x9F;
    if (lead == 0xF0) low_ = 0x90;
    if (lead == 0xF4) high_ = 0x8F;
  }
  return true;
}

}  // namespace whit::detail
