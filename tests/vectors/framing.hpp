// Frames, lengths, RSV bits, opcodes: the examples of RFC 6455 5.7 and the ground of Autobahn's cases 1, 3 and 4.
#pragma once

#include "vectors/build.hpp"

namespace whit::test {

inline std::vector<Vector> rfc_examples() {
  Vector masked_text =
      passes("RFC 6455 5.7: a masked text frame", hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"), got_text("Hello"));
  masked_text.server = true;
  Vector masked_pong = passes("RFC 6455 5.7: a masked pong", hex("8a 85 37 fa 21 3d 7f 9f 4d 51 58"), "");
  masked_pong.server = true;
  const std::string kib256(256, '\x5A'), kib64(65536, '\xA5');
  return {
      passes("RFC 6455 5.7: an unmasked text frame", hex("81 05 48 65 6c 6c 6f"), got_text("Hello")),
      masked_text,
      passes("RFC 6455 5.7: a fragmented unmasked text", hex("01 03 48 65 6c 80 02 6c 6f"), got_text("Hello")),
      passes("RFC 6455 5.7: a ping", hex("89 05 48 65 6c 6c 6f"), "", "pong Hello"),
      masked_pong,
      passes("RFC 6455 5.7: 256 bytes binary", hex("82 7E 0100") + kib256, got_binary(kib256)),
      passes("RFC 6455 5.7: 64 KiB binary", hex("82 7F 0000000000010000") + kib64, got_binary(kib64)),
  };
}

inline std::vector<Vector> lengths() {
  std::vector<Vector> out;
  for (const std::size_t n :
       std::vector<std::size_t>{0, 1, 2, 124, 125, 126, 127, 128, 129, 65534, 65535, 65536, 65537, 70000}) {
    std::string data;
    for (std::size_t i = 0; i < n; ++i) data += static_cast<char>('a' + i * 7 % 26);
    out.push_back(passes("text of " + std::to_string(n), text(data), got_text(data)));
    out.push_back(passes("binary of " + std::to_string(n) + " and one behind", binary(data) + binary("x"),
                         got_binary(data) + got_binary("x")));
  }
  return out;
}

inline std::vector<Vector> bad_lengths() {
  const std::string good = text("ok"), seen = got_text("ok");
  std::vector<Vector> out;
  for (const std::uint8_t opcode : {kOpText, kOpBinary}) {
    for (const std::size_t n : std::vector<std::size_t>{0, 5, 125}) {
      out.push_back(breaks("16-bit length of " + std::to_string(n),
                           good + frame({opcode, true, 0, {}, 16, {}}, std::string(n, 'x')), "length_not_minimal", 1002,
                           seen));
    }
    for (const std::size_t n : std::vector<std::size_t>{0, 125, 126, 255, 65535}) {
      out.push_back(breaks("64-bit length of " + std::to_string(n), good + frame({opcode, true, 0, {}, 64, n}),
                           "length_not_minimal", 1002, seen));
    }
    for (const std::uint64_t n : {std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
      out.push_back(
          breaks("length with its top bit", good + frame({opcode, true, 0, {}, 64, n}), "length_overflow", 1002, seen));
    }
  }
  for (const std::uint8_t opcode : {kOpPing, kOpPong, kOpClose}) {
    out.push_back(breaks("control frame in the 16-bit form", good + frame({opcode, true, 0, {}, 16, {}}, "hello"),
                         "control_too_long", 1002, seen));
    out.push_back(breaks("control frame in the 64-bit form", good + frame({opcode, true, 0, {}, 64, {}}, "hello"),
                         "control_too_long", 1002, seen));
    out.push_back(breaks("control frame of 126", good + frame({opcode, true, 0, {}, 0, {}}, std::string(126, 'x')),
                         "control_too_long", 1002, seen));
  }
  return out;
}

inline std::vector<Vector> reserved() {
  std::vector<Vector> out;
  const std::string good = text("ok"), seen = got_text("ok");
  for (unsigned rsv = 1; rsv < 8; ++rsv) {
    for (const std::uint8_t opcode : {kOpText, kOpBinary, kOpPing, kOpPong, kOpClose}) {
      out.push_back(breaks("RSV " + std::to_string(rsv) + " on opcode " + std::to_string(opcode),
                           good + frame({opcode, true, rsv, {}, 0, {}}, ""), "reserved_bits", 1002, seen));
    }
    out.push_back(breaks("RSV " + std::to_string(rsv) + " on a continuation",
                         good + text("a", false) + frame({kOpContinuation, true, rsv, {}, 0, {}}, "b"), "reserved_bits",
                         1002, seen));
  }
  for (const unsigned opcode : {3u, 4u, 5u, 6u, 7u, 11u, 12u, 13u, 14u, 15u}) {
    for (const char* payload : {"", "hello"}) {
      out.push_back(breaks("opcode " + std::to_string(opcode),
                           good + frame({static_cast<std::uint8_t>(opcode), true, 0, {}, 0, {}}, payload),
                           "reserved_opcode", 1002, seen));
    }
  }
  return out;
}

}  // namespace whit::test
