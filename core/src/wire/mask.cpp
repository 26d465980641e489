#include "wire/mask.hpp"

#include <cstring>

#include "wire/machine.hpp"

namespace whit::detail {

namespace {

// The first byte in memory of a key, and the key as it is for the byte after.
std::uint8_t first_byte(std::uint32_t key) { return static_cast<std::uint8_t>(kBigEndian ? key >> 24 : key); }
std::uint32_t rotate(std::uint32_t key) { return kBigEndian ? key << 8 | key >> 24 : key >> 8 | key << 24; }

#if WHIT_WORDS
template <typename T>
void mask_word(std::uint8_t* to, const std::uint8_t* from, T key) {
  T word;
  std::memcpy(&word, from, sizeof word);
  word ^= key;
  std::memcpy(to, &word, sizeof word);
}
#endif

}  // namespace

std::uint32_t mask(std::uint8_t* to, const std::uint8_t* from, std::size_t size, std::uint32_t key) {
#if WHIT_WORDS
#if !WHIT_SMALL
  const std::uint64_t wide = std::uint64_t{key} << 32 | key;
  constexpr std::size_t kStep = sizeof wide;
  for (; size >= 8 * kStep; size -= 8 * kStep, from += 8 * kStep, to += 8 * kStep) {
    mask_word(to, from, wide);
    mask_word(to + kStep, from + kStep, wide);
    mask_word(to + 2 * kStep, from + 2 * kStep, wide);
    mask_word(to + 3 * kStep, from + 3 * kStep, wide);
    mask_word(to + 4 * kStep, from + 4 * kStep, wide);
    mask_word(to + 5 * kStep, from + 5 * kStep, wide);
    mask_word(to + 6 * kStep, from + 6 * kStep, wide);
    mask_word(to + 7 * kStep, from + 7 * kStep, wide);
  }
  for (; size >= sizeof wide; size -= sizeof wide, from += sizeof wide, to += sizeof wide) mask_word(to, from, wide);
#endif
  if (size >= sizeof key) {
    // Both pointers move as they are used, and one is compared, at the end: five instructions a word on a Cortex-M3.
    const std::uint8_t* const end = from + (size & ~(sizeof key - 1));
    do {
      mask_word(to, from, key);
      from += sizeof key;
      to += sizeof key;
    } while (from != end);
    size &= sizeof key - 1;
  }
#endif
  for (; size != 0; --size) {
    *to++ = static_cast<std::uint8_t>(*from++ ^ first_byte(key));
    key = rotate(key);
  }
  return key;
}

}  // namespace whit::detail
