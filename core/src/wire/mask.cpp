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
  for (; size >= 4 * sizeof wide; size -= 4 * sizeof wide, from += 4 * sizeof wide, to += 4 * sizeof wide) {
    mask_word(to, from, wide);
    mask_word(to + sizeof wide, from + sizeof wide, wide);
    mask_word(to + 2 * sizeof wide, from + 2 * sizeof wide, wide);
    mask_word(to + 3 * sizeof wide, from + 3 * sizeof wide, wide);
  }
  for (; size >= sizeof wide; size -= sizeof wide, from += sizeof wide, to += sizeof wide) mask_word(to, from, wide);
#endif
  for (; size >= sizeof key; size -= sizeof key, from += sizeof key, to += sizeof key) mask_word(to, from, key);
#endif
  for (; size != 0; --size) {
    *to++ = static_cast<std::uint8_t>(*from++ ^ first_byte(key));
    key = rotate(key);
  }
  return key;
}

}  // namespace whit::detail
