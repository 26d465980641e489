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
  constexpr std::size_t kBlock = 32;
  const std::uint64_t wide = std::uint64_t{key} << 32 | key;
  for (; size >= kBlock; size -= kBlock, from += kBlock, to += kBlock) {
    for (std::size_t i = 0; i < kBlock; i += sizeof wide) mask_word(to + i, from + i, wide);
  }
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
