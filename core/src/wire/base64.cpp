#include "whit/detail/base64.hpp"

namespace whit::detail {

namespace {

// Reckoned: a table would take more room.
unsigned digit(unsigned value) {
  unsigned c = value + 'A';
  if (value >= 26) c += 'a' - 'Z' - 1;
  if (value >= 52) c -= 'z' + 1 - '0';
  if (value >= 62) c -= '9' + 1 - '+';
  if (value >= 63) c += '/' - '+' - 1;
  return c;
}

}  // namespace

void base64_encode(const std::uint8_t* bytes, std::size_t size, char* to) {
  std::size_t bit = 0;
  for (; bit < size * 8; bit += 6) {
    const std::size_t at = bit / 8;
    const unsigned two = static_cast<unsigned>(bytes[at] << 8 | (at + 1 < size ? bytes[at + 1] : 0));
    *to++ = static_cast<char>(digit(two >> (10 - bit % 8) & 63));
  }
  // Padding, until the digits end with a byte.
  for (; bit % 8 != 0; bit += 6) *to++ = '=';
}

int base64_value(char c) {
  for (unsigned i = 0; i < 64; ++i) {
    if (digit(i) == static_cast<std::uint8_t>(c)) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace whit::detail
