// Fragments, received and sent: RFC 6455 5.4.
#include <gtest/gtest.h>

#include "vectors/messages.hpp"

namespace whit::test {
namespace {

// FRG-01, FRG-02, FRG-05, FRG-07
TEST(Fragmentation, Received) {
  for (const Vector& vector : fragments()) expect_everywhere(vector);
}

// FRG-03, FRG-04, CTL-02
TEST(Fragmentation, Violations) {
  for (const Vector& vector : bad_fragments()) expect_everywhere(vector);
}

// FRG-01: a thousand fragments.
TEST(Fragmentation, ThousandFragments) {
  std::string in = binary("", false), data;
  for (int i = 0; i < 999; ++i) {
    in += continuation(std::string(1, static_cast<char>(i)), i == 998);
    data += static_cast<char>(i);
  }
  for (const std::size_t chunk : std::vector<std::size_t>{0, 1, 5}) {
    Session session;
    ASSERT_TRUE(session.open());
    session.receive(in, chunk);
    EXPECT_EQ(session.trace(), "open\n" + got_binary(data));
  }
}

// FRG-02: the same message cut into frames at random is the same message.
TEST(Fragmentation, BoundariesMeanNothing) {
  std::string data;
  for (int i = 0; i < 200; ++i) data += "\xE2\x82\xAC" + std::to_string(i);
  Random random(5);
  for (int round = 0; round < 200; ++round) {
    std::string in;
    std::size_t at = 0;
    do {
      const std::size_t n = std::min(random.below(300), data.size() - at);
      FrameSpec spec;
      spec.opcode = in.empty() ? kOpText : kOpContinuation;
      spec.fin = at + n == data.size();
      in += frame(spec, std::string_view(data).substr(at, n));
      at += n;
    } while (at != data.size());
    Session session;
    ASSERT_TRUE(session.open());
    session.receive(in, random.below(50));
    ASSERT_EQ(session.trace(), "open\n" + got_text(data));
    for (const Record& record : session.collector.records)
      EXPECT_TRUE(record.data.empty() || record.message_type == MessageType::text);
  }
}

// FRG-06: the pong comes while the message is still unfinished.
TEST(Fragmentation, PongDoesNotWaitForTheMessage) {
  Session session;
  ASSERT_TRUE(session.open());
  session.receive(text("a", false) + continuation("b", false) + ping("now"));
  EXPECT_EQ(session.sent(), "pong now");
  session.receive(continuation("c", false) + continuation("d", false));
  EXPECT_TRUE(session.collector.messages.empty());
  session.receive(continuation("e", true));
  EXPECT_EQ(session.trace(), "open\n" + got_text("abcde"));
}

// FRG-07, UTF-02: a ping between the bytes of one character leaves everything as it was.
TEST(Fragmentation, PingInsideACharacter) {
  Session session;
  ASSERT_TRUE(session.open());
  session.receive(text("\xF0", false) + ping("1") + continuation("\x9F", false) + ping("2") +
                  continuation("\x98", false));
  session.receive(pong("x") + continuation("\x80", true));
  EXPECT_EQ(session.trace(), "open\n" + got_text("\xF0\x9F\x98\x80"));
  EXPECT_EQ(session.sent(), "pong 1|pong 2");
}

// FRG-10
TEST(Fragmentation, CloseWithinAMessage) {
  Session session;
  ASSERT_TRUE(session.open());
  session.receive(text("half", false) + close_frame(1000) + continuation("other half", true));
  session.peer_eof();
  EXPECT_EQ(session.trace(), "open\nclose 1000 clean\n");
}

// The view of a chunk may be written to; what it says of its message is right however it is cut.
TEST(Fragmentation, ChunksTellWhereTheyAre) {
  Session session;
  ASSERT_TRUE(session.open());
  session.receive(binary("0123456789"), 4);
  session.receive(binary("abc", false) + continuation("def", true));
  std::vector<const Record*> chunks;
  for (const Record& r : session.collector.records) {
    if (r.type == Event::Type::chunk) chunks.push_back(&r);
  }
  ASSERT_EQ(chunks.size(), 5u);
  EXPECT_EQ(chunks[0]->data, "01");
  EXPECT_EQ(chunks[1]->data, "2345");
  EXPECT_EQ(chunks[1]->offset, 2u);
  EXPECT_EQ(chunks[1]->total, 10u);
  EXPECT_EQ(chunks[2]->offset, 6u);
  EXPECT_TRUE(chunks[2]->last);
  EXPECT_EQ(chunks[3]->total, kUnknownSize);
  EXPECT_EQ(chunks[4]->offset, 3u);
  EXPECT_EQ(session.collector.messages[0].second, "0123456789");
}

}  // namespace
}  // namespace whit::test
