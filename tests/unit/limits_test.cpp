// Limits and floods: RFC 6455 10.4.
#include <gtest/gtest.h>

#include "vectors/build.hpp"

namespace whit::test {
namespace {

constexpr std::uint64_t kLimit = 1000;

// LIM-01: below, at and above; above fails at the header, with no payload sent.
TEST(Limits, OneFrame) {
  for (const std::uint8_t opcode : {kOpText, kOpBinary}) {
    for (const std::size_t chunk : std::vector<std::size_t>{0, 7}) {
      for (const std::size_t n : std::vector<std::size_t>{999, 1000, 1001}) {
        Session session;
        session.client_options.max_message_size = kLimit;
        ASSERT_TRUE(session.open());
        session.receive(frame({opcode, true, 0, {}, 0, {}}, std::string(n, 'x')), chunk);
        EXPECT_EQ(session.collector.count(Event::Type::chunk) != 0, n <= kLimit) << n;
        EXPECT_EQ(session.collector.messages.size(), n <= kLimit ? 1u : 0u);
        EXPECT_EQ(session.sent(), n <= kLimit ? "" : "close 1009");
      }
    }
    Session session;
    session.client_options.max_message_size = kLimit;
    ASSERT_TRUE(session.open());
    session.receive(frame({opcode, true, 0, {}, 0, 1001}));
    EXPECT_EQ(session.sent(), "close 1009");
    session.peer_eof();
    EXPECT_EQ(session.collector.error(), Error::message_too_big);
    EXPECT_EQ(session.collector.count(Event::Type::chunk), 0u);
  }
}

// LIM-02: the sum over fragments.
TEST(Limits, Fragments) {
  Session session;
  session.client_options.max_message_size = kLimit;
  ASSERT_TRUE(session.open());
  session.receive(binary(std::string(600, 'a'), false) + continuation(std::string(400, 'b'), true) + binary("next"));
  EXPECT_EQ(session.collector.messages.size(), 2u);
  session.receive(binary(std::string(600, 'a'), false) + continuation(std::string(400, 'b'), false) +
                  continuation("", false));
  EXPECT_EQ(session.sent(), "");
  session.receive(continuation("c", true));
  EXPECT_EQ(session.sent(), "close 1009");
  session.peer_eof();
  EXPECT_EQ(session.collector.error(), Error::message_too_big);
  EXPECT_EQ(session.collector.messages.size(), 2u);
}

// LIM-02: sums that overflow 32 and 64 bits are still above the limit.
TEST(Limits, SumsThatOverflow) {
  for (const std::uint64_t n : {(std::uint64_t{1} << 32) - 2, std::uint64_t{1} << 32, (std::uint64_t{1} << 63) - 1}) {
    Session session;
    session.client_options.max_message_size = kLimit;
    ASSERT_TRUE(session.open());
    session.receive(binary("abc", false) + frame({kOpContinuation, true, 0, {}, 0, n}));
    EXPECT_EQ(session.sent(), "close 1009");
    session.peer_eof();
    EXPECT_EQ(session.collector.error(), Error::message_too_big);
  }
}

// LIM-02: a limit above 32 bits is one.
TEST(Limits, LimitAboveFourGiB) {
  const std::uint64_t limit = (std::uint64_t{1} << 32) + 10;
  Session session;
  session.client_options.max_message_size = static_cast<std::size_t>(limit);
  ASSERT_TRUE(session.open());
  session.receive(frame({kOpBinary, true, 0, {}, 0, limit}, "abc"));
  EXPECT_EQ(session.ws.ready_state(), ReadyState::open);
  Session above;
  above.client_options.max_message_size = static_cast<std::size_t>(limit);
  ASSERT_TRUE(above.open());
  above.receive(frame({kOpBinary, true, 0, {}, 0, limit + 1}, "abc"));
  EXPECT_EQ(above.sent(), "close 1009");
  above.peer_eof();
}

TEST(Limits, LimitOfZeroLetsEmptyMessagesPass) {
  Session session;
  session.client_options.max_message_size = 0;
  ASSERT_TRUE(session.open());
  session.receive(text("") + binary(""));
  EXPECT_EQ(session.collector.messages.size(), 2u);
  session.receive(frame({kOpText, true, 0, {}, 0, 1}));
  EXPECT_EQ(session.sent(), "close 1009");
  session.peer_eof();
}

// LIM-03: kMaxEmptyFragments in a row and no more; something between them starts the count again.
TEST(Limits, EmptyFragments) {
  std::string run = binary("", false);
  for (unsigned i = 1; i < kMaxEmptyFragments; ++i) run += continuation("", false);
  Session session;
  ASSERT_TRUE(session.open());
  session.receive(run + continuation("x", false), 97);
  for (unsigned i = 0; i < kMaxEmptyFragments; ++i) session.link.push(continuation("", false));
  session.run();
  EXPECT_EQ(session.ws.ready_state(), ReadyState::open);
  session.receive(continuation("", false));
  EXPECT_EQ(session.sent(), "close 1008");
  session.peer_eof();
  EXPECT_EQ(session.collector.error(), Error::fragment_flood);
}

// LIM-03: pings between empty fragments do not hide the flood.
TEST(Limits, EmptyFragmentsWithPingsBetween) {
  Session session;
  ASSERT_TRUE(session.open());
  std::string in = text("", false);
  for (unsigned i = 0; i < kMaxEmptyFragments; ++i) in += ping("x") + continuation("", false);
  session.receive(in, 512);
  session.peer_eof();
  EXPECT_EQ(session.collector.error(), Error::fragment_flood);
}

// LIM-03: empty messages are messages; whoever sends them is not flooding with fragments.
TEST(Limits, EmptyMessagesAreNoFlood) {
  Session session;
  ASSERT_TRUE(session.open());
  std::string in;
  for (unsigned i = 0; i < kMaxEmptyFragments * 2; ++i) in += text("");
  session.receive(in, 1000);
  EXPECT_EQ(session.collector.messages.size(), kMaxEmptyFragments * 2);
}

// LIM-05: one poll handles one event's worth of a large view and keeps its place.
TEST(Limits, MegabyteOfSmallFrames) {
  std::string in;
  for (int i = 0; i < 500000; ++i) in += std::string("\x82\x00", 2);
  Session session;
  ASSERT_TRUE(session.open());
  session.link.push(in);
  Event event;
  std::size_t messages = 0, idle = 0;
  while (messages < 500000 && idle < 10) {
    if (session.ws.poll(session.now, event)) {
      ++messages;
      idle = 0;
    } else {
      ++idle;
    }
  }
  EXPECT_EQ(messages, 500000u);
}

// LIM-06: an application that does not poll consumes nothing; one that stops between two events keeps its view.
TEST(Limits, NotPollingPushesBack) {
  Session session;
  ASSERT_TRUE(session.open());
  session.link.push(binary(std::string(100000, 'd')), 1460);
  const std::size_t offered = session.link.unread();
  session.now = session.now + 60000;
  EXPECT_EQ(session.link.unread(), offered);
  Event event;
  while (!session.ws.poll(session.now, event)) {
  }
  EXPECT_EQ(event.type, Event::Type::chunk);
  EXPECT_EQ(session.link.unread(), offered) << "a view that is handed out is not consumed";
  session.collector.add(event, session.ws.ready_state());
  session.run();
  EXPECT_EQ(session.collector.messages.size(), 1u);
}

// LIM-10, FAI-03: one good message, then a violation, then another good one in a single read.
TEST(Limits, NothingBehindAViolation) {
  expect_everywhere(breaks("good, bad, good", text("good") + text("x", false) + text("bad") + text("good") + ping("x"),
                           "expected_continuation", 1002, got_text("good")));
}

}  // namespace
}  // namespace whit::test
