// Whole messages into rings of every size, through transports that take what they like.
#include <gtest/gtest.h>

#include "vectors/build.hpp"

namespace whit::test {
namespace {

Session& make(std::unique_ptr<Session>& s, std::size_t ring, bool server = false) {
  SessionSetup setup;
  setup.ring = ring;
  setup.server = server;
  s = std::make_unique<Session>(setup);
  EXPECT_TRUE(s->open());
  return *s;
}

// LIM-07: max_message() is exact for every ring: one byte more can never be sent, and that much always can.
TEST(Send, MaxMessage) {
  std::unique_ptr<Session> holder;
  std::size_t last = 0;
  for (std::size_t ring = kMinRing; ring < 1200; ++ring) {
    Session& s = make(holder, ring);
    const std::size_t max = s.ws.max_message();
    EXPECT_GE(max, ring / 2) << ring;
    EXPECT_GE(max, last);
    last = max;
    EXPECT_EQ(s.ws.send(std::string(max + 1, 'x')), Status::message_too_big);
    EXPECT_EQ(s.ws.buffered_amount(), 0u);
    EXPECT_EQ(s.ws.send(std::string(max, 'x')), Status::ok) << ring;
    s.run();
    ASSERT_EQ(s.frames().size(), 1u);
    EXPECT_EQ(s.frames()[0].payload.size(), max);
  }
  for (const std::size_t ring : {std::size_t{65535 + 131}, std::size_t{65536 + 131 + 8}, std::size_t{70000}}) {
    for (std::size_t r = ring; r < ring + 30; ++r) {
      Session& s = make(holder, r);
      EXPECT_EQ(s.ws.send(std::string(s.ws.max_message() + 1, 'x')), Status::message_too_big);
      EXPECT_EQ(s.ws.send(std::string(s.ws.max_message(), 'x')), Status::ok) << r;
      s.run();
      EXPECT_EQ(s.frames().size(), 1u);
    }
  }
}

// FRM-12, LIM-07, REQ-14: every ring, many sizes, many ways of taking: what was accepted arrives, whole and in order.
TEST(Send, EveryRingAndShortWrite) {
  const std::vector<std::vector<std::size_t>> schedules = {{}, {1}, {2, 0}, {5, 1, 0, 0}, {0, 37}, {126}, {131, 1}};
  std::unique_ptr<Session> holder;
  for (std::size_t ring = kMinRing; ring < 330; ring += 3) {
    for (const auto& schedule : schedules) {
      for (const Holding holding : {Holding::none, Holding::reference}) {
        Session& s = make(holder, ring, ring % 2 == 0);
        s.link.set_tx_schedule(schedule);
        s.link.holding = holding;
        std::vector<std::string> accepted;
        Random random(ring);
        for (int i = 0; i < 30; ++i) {
          const std::string message(random.below(s.ws.max_message() + 1), static_cast<char>('a' + i % 26));
          const Status status = s.ws.send(message);
          ASSERT_TRUE(status == Status::ok || status == Status::would_block) << ring << " " << message.size();
          if (status == Status::ok) accepted.push_back(message);
          if (i % 3 == 0) s.receive(s.peer(kOpPing, std::string(random.below(126), 'p')));
          if (i % 4 == 0) s.run();
        }
        s.run();
        const auto messages = messages_of(s.frames());
        ASSERT_EQ(messages.size(), accepted.size());
        for (std::size_t i = 0; i < messages.size(); ++i) ASSERT_EQ(messages[i].second, accepted[i]);
        ASSERT_EQ(s.sent_rest(), "");
        ASSERT_EQ(s.ws.buffered_amount(), 0u);
      }
    }
  }
}

// Gathered from pieces: the same bytes as one send().
TEST(Send, Gather) {
  const std::string euro = "\xE2\x82\xAC";
  const std::string a = "Hello " + euro.substr(0, 1), b, c = euro.substr(1, 1), d = euro.substr(2) + " end";
  const Bytes parts[] = {as_bytes(a), as_bytes(b), as_bytes(c), as_bytes(d)};
  Session s;
  ASSERT_TRUE(s.open());
  EXPECT_EQ(s.ws.send(MessageType::text, Span<const Bytes>(parts)), Status::ok);
  EXPECT_EQ(s.ws.send(MessageType::binary, Span<const Bytes>(parts)), Status::ok);
  EXPECT_EQ(s.ws.send(MessageType::text, Span<const Bytes>(parts, 3)), Status::bad_utf8) << "ends within a character";
  EXPECT_EQ(s.ws.send(MessageType::text, Span<const Bytes>(parts + 2, 2)), Status::bad_utf8);
  EXPECT_EQ(s.ws.send(MessageType::binary, Span<const Bytes>()), Status::ok);
  s.run();
  const std::string whole = "Hello " + euro + " end";
  EXPECT_EQ(s.sent(), "text " + whole + "|binary " + whole + "|binary");
}

// MSK-04: the mask's phase goes on from piece to piece, at every cut.
TEST(Send, GatherAtEveryCut) {
  std::string data;
  for (int i = 0; i < 90; ++i) data += static_cast<char>(i * 3);
  for (std::size_t first = 0; first <= 90; ++first) {
    for (std::size_t second = first; second <= 90; second += 5) {
      const Bytes all = as_bytes(data);
      const Bytes parts[] = {all.first(first), all.first(second).drop(first), all.drop(second)};
      Session s;
      ASSERT_TRUE(s.open());
      ASSERT_EQ(s.ws.send(MessageType::binary, Span<const Bytes>(parts)), Status::ok);
      s.run();
      ASSERT_EQ(s.frames().at(0).payload, data);
    }
  }
}

// LIM-07: all or nothing, for each way in which the ring may be filled.
TEST(Send, GatherIsAllOrNothing) {
  for (std::size_t filled = 0; filled < 370; filled += 7) {
    Session s;
    ASSERT_TRUE(s.open());
    s.link.set_tx_budget(0);
    ASSERT_EQ(s.ws.send(std::string(filled, 'f')), Status::ok);
    const std::string half(60, 'h');
    const Bytes parts[] = {as_bytes(half), as_bytes(half)};
    const Status status = s.ws.send(MessageType::binary, Span<const Bytes>(parts));
    EXPECT_EQ(s.ws.buffered_amount(), filled + (status == Status::ok ? 120 : 0));
    s.link.set_tx_budget(MemoryLink::kAll);
    s.run();
    const auto messages = messages_of(s.frames());
    ASSERT_EQ(messages.size(), status == Status::ok ? 2u : 1u);
    if (status != Status::ok) {
      EXPECT_EQ(status, Status::would_block);
    }
  }
}

// FRM-11, CLS-08, API-08: no data behind Close, whichever way it is offered.
TEST(Send, NothingAfterClose) {
  Session s;
  ASSERT_TRUE(s.open());
  EXPECT_EQ(s.ws.close(1000), Status::ok);
  const std::string piece = "1234567";
  const Bytes parts[] = {as_bytes(piece), as_bytes(piece)};
  EXPECT_EQ(s.ws.send("12345"), Status::closed);
  EXPECT_EQ(s.ws.send(as_bytes(piece)), Status::closed);
  EXPECT_EQ(s.ws.send(MessageType::binary, Span<const Bytes>(parts)), Status::closed);
  EXPECT_EQ(s.ws.buffered_amount(), 5u + 7u + 14u);
  EXPECT_EQ(s.ws.begin(MessageType::text), Status::closed);
  EXPECT_EQ(s.ws.begin(MessageType::text, 10), Status::closed);
  s.run();
  EXPECT_EQ(s.sent(), "close 1000");
}

// CLS-08: nor after the peer's Close, nor after the link was lost.
TEST(Send, NothingAfterThePeersClose) {
  Session s;
  ASSERT_TRUE(s.open());
  s.receive(close_frame(1000));
  EXPECT_EQ(s.ws.send("late"), Status::closed);
  s.run();
  EXPECT_EQ(s.sent(), "close 1000");
  s.peer_eof();
  EXPECT_EQ(s.ws.send("later"), Status::closed);
  EXPECT_EQ(s.ws.buffered_amount(), 9u);
}

}  // namespace
}  // namespace whit::test
