// Ping and Pong: RFC 6455 5.5.
#include <gtest/gtest.h>

#include "support/scale.hpp"
#include "vectors/messages.hpp"

namespace whit::test {
namespace {

// CTL-04, CTL-06, CTL-07, UTF-07
TEST(Control, PingsAndPongs) {
  for (const Vector& vector : pings()) expect_everywhere(vector);
}

// CTL-04: every length and every byte value.
TEST(Control, EveryPayloadComesBack) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (std::size_t n = 0; n <= 125; ++n) {
    Session session;
    ASSERT_TRUE(session.open());
    const std::string a = all.substr(0, n), b = all.substr(131, n);
    session.receive(ping(a) + ping(b), n % 5);
    const std::vector<Frame> frames = session.frames();
    ASSERT_EQ(frames.size(), 2u);
    EXPECT_EQ(frames[0].payload, a);
    EXPECT_EQ(frames[1].payload, b);
  }
}

// CTL-03: the API refuses what would break the rule, and nothing is sent.
TEST(Control, OwnPingIsNeverTooLong) {
  Session session;
  ASSERT_TRUE(session.open());
  const std::string payload(126, 'p');
  EXPECT_EQ(session.ws.ping(as_bytes(payload)), Status::control_too_long);
  EXPECT_EQ(session.ws.ping(as_bytes(std::string_view(payload).substr(1))), Status::ok);
  session.run();
  EXPECT_EQ(session.sent(), "ping #125");
}

TEST(Control, PingOnlyWhileOpen) {
  Session session;
  EXPECT_EQ(session.ws.ping(), Status::invalid_state);
  ASSERT_EQ(session.start(), Status::ok);
  EXPECT_EQ(session.ws.ping(), Status::invalid_state);
  session.run();
  Session other;
  ASSERT_TRUE(other.open());
  EXPECT_EQ(other.ws.close(), Status::ok);
  EXPECT_EQ(other.ws.ping(), Status::invalid_state);
  other.run();
  EXPECT_EQ(other.sent(), "close");
}

// CTL-05: queued messages are overtaken, a frame in progress is not.
TEST(Control, PongOvertakesQueuedMessages) {
  for (std::size_t begun = 0; begun < 80; ++begun) {
    SessionSetup setup;
    setup.ring = 1024;
    Session session(setup);
    ASSERT_TRUE(session.open());
    session.link.set_tx_budget(0);
    for (int i = 0; i < 12; ++i) EXPECT_EQ(session.ws.send(std::string(50, static_cast<char>('a' + i))), Status::ok);
    session.run();
    session.link.set_tx_budget(begun);
    session.run();
    session.receive(ping("urgent") + ping("again"));
    session.link.set_tx_budget(MemoryLink::kAll);
    session.run();
    const std::vector<Frame> frames = session.frames();
    ASSERT_EQ(frames.size(), 14u);
    const std::size_t at = begun == 0 ? 0 : 1 + (begun - 1) / 56;  // 2 + 4 + 50 bytes a frame
    EXPECT_EQ(frames[at].payload, "urgent") << begun;
    EXPECT_EQ(frames[at + 1].payload, "again") << begun;
    EXPECT_EQ(messages_of(frames).size(), 12u);
  }
}

// CTL-05, CTL-06: a full ring has room for pongs. When that is used up as well, the newest ping is the one that is
// answered (RFC 6455 5.5.3), and messages go on arriving.
TEST(Control, PongsWithAFullRing) {
  for (const std::size_t ring : {kMinRing, kMinRing + 1, std::size_t{200}, std::size_t{512}, std::size_t{600}}) {
    SessionSetup setup;
    setup.ring = ring;
    Session session(setup);
    ASSERT_TRUE(session.open());
    session.link.set_tx_budget(0);
    std::size_t queued = 0;
    while (session.ws.send("x") == Status::ok) ++queued;
    EXPECT_GT(queued, 5u);
    std::string in;
    for (int i = 0; i < 40; ++i) in += ping("ping " + std::to_string(i));
    session.receive(in + text("behind"));
    EXPECT_EQ(session.collector.messages.size(), 1u);
    session.link.set_tx_budget(MemoryLink::kAll);
    session.link.set_tx_schedule({7});
    session.run();
    std::vector<std::string> pongs;
    for (const Frame& f : session.frames()) {
      if (f.opcode == kOpPong) pongs.push_back(f.payload);
    }
    ASSERT_GE(pongs.size(), 2u) << ring;
    for (std::size_t i = 0; i + 1 < pongs.size(); ++i) EXPECT_EQ(pongs[i], "ping " + std::to_string(i));
    EXPECT_EQ(pongs.back(), "ping 39");
    EXPECT_EQ(messages_of(session.frames()).size(), queued);
    EXPECT_EQ(session.sent_rest(), "");
  }
}

// CTL-05: a pong that found no room leaves at once when the ring has run empty, not at the next news.
TEST(Control, WaitingPongLeavesWithTheRest) {
  for (std::size_t size = 60; size <= 125; ++size) {
    SessionSetup setup;
    setup.ring = kMinRing;
    Session session(setup);
    ASSERT_TRUE(session.open());
    session.link.set_tx_budget(0);
    ASSERT_EQ(session.ws.send(std::string(80, 'm')), Status::ok);
    session.receive(ping(std::string(size, 'p')));
    session.link.set_tx_budget(MemoryLink::kAll);
    session.run();  // checks that nothing was left behind
    EXPECT_EQ(session.frames().size(), 2u);
  }
}

// CTL-05: with a transport that holds bytes, a pong goes in behind those; the link itself checks that they never
// change.
TEST(Control, PongsBehindHeldBytes) {
  for (const Holding holding : {Holding::sealed, Holding::reference}) {
    for (std::size_t record = 1; record < 120; record += 3) {
      SessionSetup setup;
      setup.ring = 400;
      Session session(setup);
      ASSERT_TRUE(session.open());
      session.link.holding = holding;
      session.link.record_size = record;
      session.link.set_tx_budget(0);
      for (int i = 0; i < 6; ++i) EXPECT_EQ(session.ws.send(std::string(30, static_cast<char>('a' + i))), Status::ok);
      session.receive(ping("between"));
      session.link.set_tx_budget(MemoryLink::kAll);
      session.run();
      const std::vector<Frame> frames = session.frames();
      ASSERT_EQ(frames.size(), 7u) << record;
      const std::size_t at = (record + 35) / 36;  // 2 + 4 + 30 bytes a frame
      EXPECT_EQ(frames[at].opcode, kOpPong) << record;
      EXPECT_EQ(messages_of(frames).size(), 6u);
    }
  }
}

// CTL-08: Close and Ping in one segment.
TEST(Control, NoPongBehindClose) {
  expect_everywhere(ends("Close, then Ping", close_frame(1000) + ping("late"), "close 1000 clean\n", "close 1000"));
}

// CTL-09: between our Close and the peer's a Ping is still owed a Pong; afterwards it is not.
TEST(Control, PingBehindOurClose) {
  for (const std::size_t chunk : std::vector<std::size_t>{0, 1}) {
    Session session;
    ASSERT_TRUE(session.open());
    EXPECT_EQ(session.ws.close(1000, "bye"), Status::ok);
    session.run();
    EXPECT_EQ(session.sent(), "close 1000 bye");
    session.receive(ping("still owed") + text("dropped") + ping("this too") + close_frame(1000) + ping("not this"),
                    chunk);
    session.peer_eof();
    EXPECT_EQ(session.sent(), "close 1000 bye|pong still owed|pong this too");
    EXPECT_EQ(session.trace(), "open\nclose 1000 clean\n");
  }
}

// CTL-09: a Close that is still waiting to leave does not swallow the pong either.
TEST(Control, PingWhileOurCloseWaits) {
  Session session;
  ASSERT_TRUE(session.open());
  session.link.set_tx_budget(0);
  EXPECT_EQ(session.ws.send("queued"), Status::ok);
  session.run();
  EXPECT_EQ(session.ws.close(1000), Status::ok);
  session.receive(ping("owed"));
  session.link.set_tx_budget(MemoryLink::kAll);
  session.run();
  const std::string sent = session.sent();
  EXPECT_NE(sent.find("pong owed"), std::string::npos) << sent;
  EXPECT_EQ(sent.substr(sent.size() - 10), "close 1000");
  session.receive(close_frame(1000));
  session.peer_eof();
  EXPECT_EQ(session.trace(), "open\nclose 1000 clean\n");
}

std::string number(std::size_t i) {
  std::string out;
  for (unsigned shift = 32; shift != 0;) out += static_cast<char>(i >> (shift -= 8));
  return out;
}

// Polls as long as there is something to do at once.
void settle(Session& session) {
  Event event;
  for (int polls = 0; polls < 1000000; ++polls) {
    if (session.ws.poll(session.now, event) || session.ws.next_deadline().is_immediate()) continue;
    return;
  }
  ADD_FAILURE() << "never at rest";
}

// The pongs sent: ordered answers to some of `count` numbered pings, the newest among them.
std::size_t check_pongs(Session& session, std::size_t count) {
  std::string last;
  std::size_t pongs = 0;
  for (const Frame& f : session.frames()) {
    if (f.opcode != kOpPong) continue;
    ++pongs;
    EXPECT_LT(last, f.payload);
    last = f.payload;
  }
  EXPECT_EQ(last, number(count - 1));
  return pongs;
}

// CTL-06: a peer that reads gets every answer, however many pings come in one segment.
TEST(Control, ThousandPingsInOneSegment) {
  Session session;
  ASSERT_TRUE(session.open());
  std::string in;
  for (std::size_t i = 0; i < 1000; ++i) in += ping(number(i));
  session.receive(in);
  EXPECT_EQ(check_pongs(session, 1000), 1000u);
}

// CTL-06, LIM-04: a million pings in the memory there is, by a peer that reads slowly: what is left out is answered by
// a later pong.
TEST(Control, MillionPings) {
  Session session;
  ASSERT_TRUE(session.open());
  session.link.set_tx_schedule({64, 0, 1, 700});
  constexpr std::size_t kRounds = 1000 / kFraction;
  for (std::size_t round = 0; round < kRounds; ++round) {
    std::string in;
    for (std::size_t i = 0; i < 1000; ++i) in += ping(number(round * 1000 + i));
    session.link.push(in);
    settle(session);
    ASSERT_EQ(session.link.unread(), 0u);
  }
  session.run();
  EXPECT_GT(check_pongs(session, kRounds * 1000), kRounds);
}

// LIM-04, KAL-05: against a peer that does not read nothing grows, and lack of progress has its deadline.
TEST(Control, PingsAgainstAPeerThatDoesNotRead) {
  Session session;
  session.client_options.send_timeout_ms = 5000;
  ASSERT_TRUE(session.open());
  session.link.set_tx_budget(0);
  std::string in;
  for (int i = 0; i < 10000; ++i) in += ping("0123456789");
  session.receive(in, 100);
  EXPECT_EQ(session.sent(), "");
  session.advance(4999);
  EXPECT_FALSE(session.collector.closed());
  session.advance(1);
  EXPECT_EQ(session.collector.error(), Error::send_timeout);
}

}  // namespace
}  // namespace whit::test
