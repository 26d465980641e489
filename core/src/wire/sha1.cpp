#include "wire/sha1.hpp"

#include <cstring>

#include "wire/machine.hpp"

namespace whit::detail {

namespace {

std::uint32_t rotate_left(std::uint32_t value, unsigned by) { return value << by | value >> (32 - by); }

// Between big-endian and the machine's own order.
std::uint32_t turn(std::uint32_t word) { return kBigEndian ? word : __builtin_bswap32(word); }

// One round. `x` holds the words a to e, and behind them the last 16 of the schedule, the newest first: all of them
// move on by one place. So there are no indices to reckon.
void do_round(std::uint32_t* x, std::uint32_t word, unsigned stage) {
  static constexpr std::uint32_t kConstants[4] = {0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};
  const std::uint32_t either = x[2] ^ x[3];
  std::uint32_t mix = x[1] & either;
  if (stage == 0) {
    mix ^= x[3];
  } else if (stage == 2) {
    mix ^= x[2] & x[3];
  } else {
    mix = x[1] ^ either;
  }
  std::uint32_t moved = rotate_left(x[0], 5) + mix + x[4] + kConstants[stage] + word;
  x[4] = word;  // the oldest word makes room for the newest of the schedule
  x[1] = rotate_left(x[1], 30);
  for (unsigned i = 0; i < 21; ++i) {
    const std::uint32_t old = x[i];
    x[i] = moved;
    moved = old;
  }
}

}  // namespace

void sha1(const std::uint8_t* blocks, const std::uint8_t* end, std::uint8_t* digest) {
  std::uint32_t hash[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  std::uint32_t x[21] = {};
  for (;;) {
    // Written after each block, although only the last is wanted.
    std::uint8_t* to = digest;
    for (unsigned i = 0; i < 5; ++i, to += sizeof hash[0]) {
      const std::uint32_t sum = hash[i] + x[i];
      x[i] = hash[i] = sum;
      const std::uint32_t turned = turn(sum);
      std::memcpy(to, &turned, sizeof turned);
    }
    if (blocks == end) return;
    for (unsigned round = 0; round < 80; ++round) {
      std::uint32_t word = rotate_left(x[7] ^ x[12] ^ x[18] ^ x[20], 1);
      if (round < 16) {
        std::memcpy(&word, blocks, sizeof word);
        word = turn(word);
        blocks += sizeof word;
      }
      do_round(x, word, round / 20);
    }
  }
}

}  // namespace whit::detail
