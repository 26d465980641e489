// An automaton for UTF-8 in shifts: three instructions a byte and no branch, for machines with 2 KiB to spare.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace whit::detail {

// A state is a shift: the entry of a byte, shifted right by it, has the next state in its low six bits.
enum Utf8State : std::uint8_t {
  kAccept = 0,      // between two characters
  kOneMore = 6,     // 80-BF
  kTwoMore = 12,    // 80-BF twice
  kAfterE0 = 18,    // A0-BF: less would be over-long
  kAfterED = 24,    // 80-9F: more would be a surrogate
  kAfterF0 = 30,    // 90-BF: less would be over-long
  kThreeMore = 36,  // 80-BF three times
  kAfterF4 = 42,    // 80-8F: more would be beyond U+10FFFF
  kReject = 48,
};

constexpr Utf8State after_lead(unsigned byte) {
  if (byte < 0x80) return kAccept;
  if (byte < 0xC2 || byte > 0xF4) return kReject;
  if (byte < 0xE0) return kOneMore;
  if (byte < 0xF0) return byte == 0xE0 ? kAfterE0 : byte == 0xED ? kAfterED : kTwoMore;
  return byte == 0xF0 ? kAfterF0 : byte == 0xF4 ? kAfterF4 : kThreeMore;
}

constexpr Utf8State after_continuation(Utf8State state, unsigned byte) {
  const bool in_range = byte >= (state == kAfterE0   ? 0xA0u
                                 : state == kAfterF0 ? 0x90u
                                                     : 0x80u) &&
                        byte <= (state == kAfterED   ? 0x9Fu
                                 : state == kAfterF4 ? 0x8Fu
                                                     : 0xBFu);
  if (!in_range || state == kReject) return kReject;
  if (state == kOneMore) return kAccept;
  return state == kAfterF0 || state == kThreeMore || state == kAfterF4 ? kTwoMore : kOneMore;
}

constexpr std::array<std::uint64_t, 256> make_utf8_table() {
  std::array<std::uint64_t, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    std::uint64_t entry = after_lead(byte);
    for (unsigned state = kOneMore; state <= kReject; state += 6) {
      entry |= std::uint64_t{after_continuation(static_cast<Utf8State>(state), byte)} << state;
    }
    table[byte] = entry;
  }
  return table;
}

inline constexpr std::array<std::uint64_t, 256> kUtf8Table = make_utf8_table();

}  // namespace whit::detail
