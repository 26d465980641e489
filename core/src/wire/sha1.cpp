#include "wire/sha1.hpp"

namespace whit::detail {

namespace {

std::uint32_t rotate_left(std::uint32_t value, unsigned by) { return value << by | value >> (32 - by); }

// One block, with a schedule of 16 words that rolls.
void block(std::uint32_t (&state)[5], std::uint32_t (&w)[16]) {
  static constexpr std::uint32_t kConstants[4] = {0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};
  std::uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
  for (unsigned i = 0; i < 80; ++i) {
    std::uint32_t& word = w[i & 15];
    if (i >= 16) word = rotate_left(w[(i + 13) & 15] ^ w[(i + 8) & 15] ^ w[(i + 2) & 15] ^ word, 1);
    std::uint32_t f = b ^ c ^ d;
    if (i < 20) f = d ^ (b & (c ^ d));
    if (i >= 40 && i < 60) f = (b & c) | (d & (b | c));
    const std::uint32_t next = rotate_left(a, 5) + f + e + kConstants[i / 20] + word;
    e = d;
    d = c;
    c = rotate_left(b, 30);
    b = a;
    a = next;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
}

}  // namespace

void sha1(Bytes message, std::uint8_t* digest) {
  std::uint32_t state[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  std::uint32_t w[16];
  const std::size_t size = message.size();
  // The message, a one bit, zeros, and in the last eight bytes its length in bits (which fits 32 of them here).
  const std::size_t padded = (size + 8) / 64 * 64 + 64;
  for (std::size_t i = 0; i < padded; ++i) {
    const std::uint8_t byte = i < size ? message[i] : i == size ? 0x80 : 0;
    w[i / 4 % 16] = w[i / 4 % 16] << 8 | byte;
    if (i % 64 != 63) continue;
    if (i + 1 == padded) w[15] = static_cast<std::uint32_t>(size * 8);
    block(state, w);
  }
  for (std::size_t i = 0; i < kSha1Size; ++i) digest[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - i % 4 * 8));
}

}  // namespace whit::detail
