// Masking: RFC 6455 5.3.
#include <gtest/gtest.h>

#include <cstring>
#include <set>

#include "support/scale.hpp"
#include "support/session.hpp"
#include "vectors/build.hpp"
#include "wire/mask.hpp"

namespace whit::test {
namespace {

std::uint32_t key_of(const std::uint8_t (&bytes)[4]) {
  std::uint32_t key = 0;
  std::memcpy(&key, bytes, sizeof key);
  return key;
}

// MSK-05, MSK-04: every length, alignment and phase against the definition, byte by byte, in exactly sized memory.
TEST(Masking, EqualsTheDefinition) {
  constexpr std::uint8_t kKey[4] = {0x37, 0xFA, 0x21, 0x3D};
  for (std::size_t size = 0; size <= 72; ++size) {
    for (std::size_t from_at = 0; from_at < 16; ++from_at) {
      for (std::size_t to_at = 0; to_at < 16; ++to_at) {
        for (std::size_t phase = 0; phase < 4; ++phase) {
          Buffer from(from_at + size), to(to_at + size);
          for (std::size_t i = 0; i < size; ++i) from[from_at + i] = static_cast<std::uint8_t>(i * 31 + 7);
          const std::uint8_t rotated[4] = {kKey[phase], kKey[(phase + 1) % 4], kKey[(phase + 2) % 4],
                                           kKey[(phase + 3) % 4]};
          const std::uint32_t next = detail::mask(to.data() + to_at, from.data() + from_at, size, key_of(rotated));
          std::uint8_t left[4];
          std::memcpy(left, &next, sizeof left);
          for (std::size_t i = 0; i < size; ++i) {
            ASSERT_EQ(to[to_at + i], from[from_at + i] ^ kKey[(phase + i) % 4])
                << size << " " << from_at << " " << to_at;
          }
          for (std::size_t i = 0; i < 4; ++i) ASSERT_EQ(left[i], kKey[(phase + size + i) % 4]);
        }
      }
    }
  }
}

// MSK-05: in place as well.
TEST(Masking, InPlace) {
  constexpr std::uint8_t kKey[4] = {0x01, 0x80, 0xFE, 0x5A};
  for (std::size_t size = 0; size <= 200; ++size) {
    for (std::size_t at = 0; at < 16; ++at) {
      Buffer data(at + size);
      for (std::size_t i = 0; i < size; ++i) data[at + i] = static_cast<std::uint8_t>(i);
      detail::mask(data.data() + at, data.data() + at, size, key_of(kKey));
      for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(data[at + i], static_cast<std::uint8_t>(i) ^ kKey[i % 4]);
    }
  }
}

// MSK-04: every chunking into two and three parts gives what one pass gives.
TEST(Masking, ChunksGoOnWhereTheLastEnded) {
  constexpr std::uint8_t kKey[4] = {0xDE, 0xAD, 0x00, 0x42};
  Buffer from(300), whole(300), parts(300);
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<std::uint8_t>(i * 13);
  detail::mask(whole.data(), from.data(), whole.size(), key_of(kKey));
  for (std::size_t a = 0; a <= 300; ++a) {
    for (std::size_t b = a; b <= 300; b += 7) {
      std::uint32_t key = key_of(kKey);
      key = detail::mask(parts.data(), from.data(), a, key);
      key = detail::mask(parts.data() + a, from.data() + a, b - a, key);
      detail::mask(parts.data() + b, from.data() + b, 300 - b, key);
      ASSERT_EQ(parts, whole) << a << " " << b;
    }
  }
}

// MSK-01: all kinds of frames that a client can send.
TEST(Masking, EveryClientFrameIsMasked) {
  Session session;
  ASSERT_TRUE(session.open());
  EXPECT_EQ(session.ws.ping(), Status::ok);
  EXPECT_EQ(session.ws.send("t"), Status::ok);
  EXPECT_EQ(session.ws.send(""), Status::ok);
  EXPECT_EQ(session.ws.send(Bytes()), Status::ok);
  std::size_t taken = 0;
  EXPECT_EQ(session.ws.begin(MessageType::binary), Status::ok);
  EXPECT_EQ(session.ws.write(as_bytes("f"), taken), Status::ok);
  EXPECT_EQ(session.ws.end(), Status::ok);
  session.receive(ping() + ping("x"));
  EXPECT_EQ(session.ws.close(), Status::ok);
  session.run();
  std::set<std::uint8_t> seen;
  for (const Frame& f : session.frames()) {
    EXPECT_TRUE(f.masked) << int{f.opcode};
    seen.insert(f.opcode);
  }
  EXPECT_EQ(seen, (std::set<std::uint8_t>{kOpContinuation, kOpText, kOpBinary, kOpClose, kOpPing, kOpPong}));
}

// MSK-02, MSK-03: each frame has its own key, four bytes of the entropy source as they came.
TEST(Masking, KeysComeFromTheSource) {
  Session session;
  ASSERT_TRUE(session.open());
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(session.ws.send("same payload"), Status::ok);
    session.receive(ping());
  }
  EXPECT_EQ(session.ws.close(), Status::ok);
  session.run();
  const std::string given = to_text(session.entropy.given());
  std::set<std::string> keys;
  for (const Frame& f : session.frames()) {
    const std::string key(f.key.begin(), f.key.end());
    EXPECT_NE(given.find(key, 16), std::string::npos) << "a key that the source never gave";
    EXPECT_TRUE(keys.insert(key).second) << "a key was used twice";
  }
  EXPECT_EQ(keys.size(), 101u);
}

// MSK-02: a hundred thousand frames; a repeated key within them is as rare as chance makes it.
TEST(Masking, KeysDoNotRepeat) {
  Session session;
  ASSERT_TRUE(session.open());
  constexpr std::size_t kFrames = 100000 / kFraction;
  for (std::size_t i = 0; i < kFrames; ++i) {
    ASSERT_EQ(session.ws.send("x"), Status::ok);
    Event event;
    while (session.ws.poll(session.now, event)) {
    }
  }
  session.run();
  std::set<std::array<std::uint8_t, 4>> keys;
  std::array<std::uint8_t, 4> last{};
  std::size_t repeats = 0;
  for (const Frame& f : session.frames()) {
    EXPECT_NE(f.key, last);
    last = f.key;
    repeats += keys.insert(f.key).second ? 0 : 1;
  }
  EXPECT_LE(repeats, 10u);  // the expectation is 1.2
}

// MSK-06: a server must not mask.
TEST(Masking, ClientRefusesMaskedFrames) {
  for (const std::uint8_t opcode : {kOpText, kOpBinary, kOpPing, kOpPong, kOpClose}) {
    for (const char* payload : {"", "hi"}) {
      FrameSpec spec;
      spec.opcode = opcode;
      spec.key = {1, 2, 3, 4};
      expect_everywhere(breaks("masked", frame(spec, payload), "masked_frame"));
    }
  }
}

// MSK-07: a client must mask; what a server sends is not masked (the session checks its frames).
TEST(Masking, ServerRefusesUnmaskedFrames) {
  for (const std::uint8_t opcode : {kOpText, kOpBinary, kOpPing, kOpPong, kOpClose}) {
    for (const char* payload : {"", "hi"}) {
      FrameSpec spec;
      spec.opcode = opcode;
      Vector vector = breaks("unmasked", frame(spec, payload), "unmasked_frame");
      vector.server = true;
      expect_everywhere(vector);
    }
  }
}

// MSK-08: pings are answered in the clear, Close codes are read in the clear.
TEST(Masking, ServerUnmasksControlFrames) {
  FrameSpec spec;
  spec.key = {0x11, 0x22, 0x33, 0x44};
  spec.opcode = kOpPing;
  std::string in = frame(spec, "clear payload");
  spec.opcode = kOpClose;
  in += frame(spec, close_body(4123, "why"));
  Vector vector = ends("masked control frames", in, "close 4123 clean why\n", "pong clear payload|close 4123");
  vector.server = true;
  expect_everywhere(vector);
}

// MSK-09: what was accepted is the library's: changing the caller's buffer afterwards changes nothing on the wire.
TEST(Masking, CallersBufferMayChangeAfterwards) {
  Session session;
  ASSERT_TRUE(session.open());
  session.link.set_tx_schedule({1});
  session.link.set_tx_budget(3);
  std::string data(100, 'a');
  EXPECT_EQ(session.ws.send(data), Status::ok);
  session.run();
  data.assign(100, 'z');
  session.link.set_tx_budget(MemoryLink::kAll);
  session.run();
  ASSERT_EQ(session.frames().size(), 1u);
  EXPECT_EQ(session.frames()[0].payload, std::string(100, 'a'));
}

}  // namespace
}  // namespace whit::test
