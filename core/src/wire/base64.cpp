#include "whit/detail/base64.hpp"

namespace whit::detail {

namespace {
constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}

void base64_encode(Bytes bytes, char* to) {
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) bits = bits << 8 | (i + j < bytes.size() ? bytes[i + j] : std::uint8_t{0});
    for (std::size_t j = 0; j < 4; ++j, bits <<= 6) *to++ = i + j <= bytes.size() ? kDigits[bits >> 18 & 63] : '=';
  }
}

int base64_value(char digit) {
  for (int i = 0; i < 64; ++i) {
    if (kDigits[i] == digit) return i;
  }
  return -1;
}

}  // namespace whit::detail
