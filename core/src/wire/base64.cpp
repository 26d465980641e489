#include "whit/detail/base64.hpp"

namespace whit::detail {

namespace {

// Reckoned: a table would take more room.
char digit(unsigned value) {
  unsigned c = value + 'A';
  if (value >= 26) c += 'a' - 'Z' - 1;
  if (value >= 52) c -= 'z' + 1 - '0';
  if (value >= 62) c -= '9' + 1 - '+';
  if (value >= 63) c += '/' - '+' - 1;
  return static_cast<char>(c);
}

}  // namespace

void base64_encode(const std::uint8_t* bytes, std::size_t size, char* to) {
  for (std::size_t i = 0; i < size; i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) bits = bits << 8 | (i + j < size ? bytes[i + j] : std::uint8_t{0});
    for (std::size_t j = 0; j < 4; ++j, bits <<= 6) *to++ = i + j <= size ? digit(bits >> 18 & 63) : '=';
  }
}

int base64_value(char c) {
  for (unsigned i = 0; i < 64; ++i) {
    if (digit(i) == c) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace whit::detail
