// UTF-8: RFC 3629, RFC 6455 5.6 and 8.1.
#include "vectors/utf8.hpp"

#include <gtest/gtest.h>

#include "support/scale.hpp"
#include "whit/detail/utf8.hpp"

namespace whit::test {
namespace {

std::string encode(std::uint32_t point) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0 | point >> 6), byte(0x80 | (point & 63))};
  if (point < 0x10000) return {byte(0xE0 | point >> 12), byte(0x80 | (point >> 6 & 63)), byte(0x80 | (point & 63))};
  return {byte(0xF0 | point >> 18), byte(0x80 | (point >> 12 & 63)), byte(0x80 | (point >> 6 & 63)),
          byte(0x80 | (point & 63))};
}

bool is_scalar(std::uint32_t point) { return point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF); }

bool feed(detail::Utf8& utf8, std::string_view text) { return utf8.feed(as_bytes(text).data(), text.size()); }

// Whole, and fed byte by byte; both must agree.
bool validate(std::string_view text) {
  detail::Utf8 utf8;
  bool good = true;
  for (std::size_t i = 0; i < text.size() && good; ++i) good = feed(utf8, text.substr(i, 1));
  good = good && utf8.complete();
  EXPECT_EQ(detail::is_utf8(as_bytes(text)), good);
  return good;
}

// UTF-01, UTF-02, UTF-04, UTF-05, UTF-06, UTF-07
TEST(Utf8, Vectors) {
  for (const Vector& vector : utf8_vectors()) expect_everywhere(vector);
}

// UTF-04: all sequences of one, two and three bytes against the reference, alone and behind eight bytes of ASCII.
TEST(Utf8, EveryShortSequence) {
  for (std::uint32_t a = 0; a < 256; ++a) {
    std::string s(1, static_cast<char>(a));
    ASSERT_EQ(validate(s), utf8_valid(s)) << a;
    for (std::uint32_t b = 0; b < 256; ++b) {
      s = {static_cast<char>(a), static_cast<char>(b)};
      ASSERT_EQ(validate(s), utf8_valid(s)) << a << " " << b;
      ASSERT_EQ(detail::is_utf8(as_bytes("12345678" + s + "12345678")), utf8_valid(s));
      // The third byte matters only behind these; behind ASCII it is one of the cases above.
      if (a < 0x80) continue;
      for (std::uint32_t c = 0; c < 256; c += b >= 0x80 ? 1 : 37) {
        s = {static_cast<char>(a), static_cast<char>(b), static_cast<char>(c)};
        ASSERT_EQ(detail::is_utf8(as_bytes(s)), utf8_valid(s)) << a << " " << b << " " << c;
      }
    }
  }
}

// UTF-04: four bytes, every first and second one, the third and fourth at all their boundaries.
TEST(Utf8, FourBytes) {
  constexpr std::uint8_t kEdges[] = {0x00, 0x41, 0x7F, 0x80, 0x81, 0x8F, 0x90, 0x9F,
                                     0xA0, 0xAF, 0xBE, 0xBF, 0xC0, 0xC2, 0xE0, 0xFF};
  for (std::uint32_t a = 0xC0; a < 256; ++a) {
    for (std::uint32_t b = 0; b < 256; ++b) {
      for (const std::uint8_t c : kEdges) {
        for (const std::uint8_t d : kEdges) {
          const std::string s{static_cast<char>(a), static_cast<char>(b), static_cast<char>(c), static_cast<char>(d)};
          ASSERT_EQ(detail::is_utf8(as_bytes(s)), utf8_valid(s)) << a << " " << b << " " << int{c} << " " << int{d};
        }
      }
    }
  }
}

// UTF-05: every scalar value is valid, every surrogate and everything above is not.
TEST(Utf8, EveryScalarValue) {
  for (std::uint32_t point = 0; point < 0x120000; ++point) {
    ASSERT_EQ(validate(encode(point)), is_scalar(point)) << point;
  }
}

// UTF-05: all 1,112,064 of them through a link, cut at sizes that fall inside characters; unmodified.
TEST(Utf8, EveryScalarValueThroughALink) {
  std::string all;
  std::uint32_t count = 0;
  for (std::uint32_t point = 0; point <= 0x10FFFF; point += kFraction) {
    if (!is_scalar(point)) continue;
    all += encode(point);
    ++count;
  }
  EXPECT_EQ(count, (1112064 + kFraction - 1) / kFraction);
  for (const std::size_t chunk : std::vector<std::size_t>{1459, 1460, 1461}) {
    Session session;
    ASSERT_TRUE(session.open());
    session.receive(text(all), chunk);
    ASSERT_EQ(session.collector.messages.size(), 1u);
    EXPECT_TRUE(session.collector.messages[0].second == all);
  }
}

// UTF-02: longer texts with every kind of character at every distance from a word's boundary, every cut.
TEST(Utf8, EveryCutAndOffset) {
  for (const char* character : {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
    for (std::size_t lead = 0; lead < 20; ++lead) {
      const std::string s = std::string(lead, 'a') + character + std::string(17, 'b');
      for (std::size_t cut = 0; cut <= s.size(); ++cut) {
        detail::Utf8 utf8;
        ASSERT_TRUE(feed(utf8, std::string_view(s).substr(0, cut)));
        ASSERT_EQ(utf8.complete(), utf8_valid(s.substr(0, cut)));
        ASSERT_TRUE(feed(utf8, std::string_view(s).substr(cut)));
        ASSERT_TRUE(utf8.complete());
        // One byte less is never complete, one changed never valid.
        std::string bad = s;
        bad[lead + 1] = 'x';
        ASSERT_FALSE(detail::is_utf8(as_bytes(bad)));
      }
    }
  }
}

// UTF-03: the first impossible byte fails the link within one poll, though frame and message are far from complete.
TEST(Utf8, FailsAtTheFirstImpossibleByte) {
  for (const BadText& bad : bad_texts()) {
    if (bad.shows_at == 0) continue;
    Session session;
    ASSERT_TRUE(session.open());
    session.receive(frame({kOpText, false, 0, {}, 0, 1000}, std::string_view(bad.bytes).substr(0, bad.shows_at - 1)),
                    1);
    EXPECT_EQ(session.ws.ready_state(), ReadyState::open);
    EXPECT_EQ(session.sent(), "");
    session.receive(std::string_view(bad.bytes).substr(bad.shows_at - 1, 1));
    EXPECT_EQ(session.sent(), "close 1007");
    session.peer_eof();
    EXPECT_EQ(session.collector.error(), Error::bad_utf8);
    // UTF-10: what was delivered before is a prefix of valid text; the collector checks each chunk, here its size.
    EXPECT_LE(session.collector.partial.size(), bad.shows_at - 1);
  }
}

// UTF-02, REC-08: a text that ended within a character poisons neither the next message nor the next link.
TEST(Utf8, StateDoesNotOutliveTheMessage) {
  Session session;
  ASSERT_TRUE(session.open());
  session.receive(text("\xE2\x82"));
  session.peer_eof();
  EXPECT_EQ(session.collector.error(), Error::bad_utf8);
  ASSERT_TRUE(session.open());
  session.receive(text("\xC3\xA9") + text("ok"));
  EXPECT_EQ(session.trace(), "open\n" + got_text("\xC3\xA9") + got_text("ok"));
}

// UTF-08: text is validated before anything of it is queued.
TEST(Utf8, BadTextIsNotSent) {
  for (const BadText& bad : bad_texts()) {
    Session session;
    ASSERT_TRUE(session.open());
    EXPECT_EQ(session.ws.send(bad.bytes), Status::bad_utf8);
    EXPECT_EQ(session.ws.buffered_amount(), 0u);
    EXPECT_EQ(session.ws.send(as_bytes(bad.bytes)), Status::ok);
    session.run();
    EXPECT_EQ(session.sent(), "binary " + bad.bytes);
    EXPECT_EQ(session.ws.close(1000, bad.bytes), Status::bad_utf8);
  }
  for (const std::string& good : good_texts()) {
    Session session;
    ASSERT_TRUE(session.open());
    EXPECT_EQ(session.ws.send(good), Status::ok);
    session.run();
    ASSERT_EQ(session.frames().size(), 1u);
    EXPECT_EQ(session.frames()[0].payload, good);
  }
}

}  // namespace
}  // namespace whit::test
