// ping(), round-trip times and keepalive.
#include <gtest/gtest.h>

#include "vectors/build.hpp"

namespace whit::test {
namespace {

// A link with keepalive: a ping after 1000 ms of silence, 300 ms for the answer.
struct Kept : Session {
  Kept() {
    client_options.ping_interval_ms = 1000;
    client_options.pong_timeout_ms = 300;
  }
  std::size_t pings() {
    std::size_t n = 0;
    for (const Frame& f : frames()) n += f.opcode == kOpPing ? 1 : 0;
    return n;
  }
  std::string last_ping() {
    std::string payload;
    for (const Frame& f : frames()) {
      if (f.opcode == kOpPing) payload = f.payload;
    }
    return payload;
  }
};

// KAL-01: exactly at the interval; anything that arrives postpones it.
TEST(Keepalive, PingAfterSilence) {
  Kept s;
  ASSERT_TRUE(s.open());
  s.advance(999);
  EXPECT_EQ(s.pings(), 0u);
  s.advance(1);
  EXPECT_EQ(s.pings(), 1u);
  s.receive(pong(s.last_ping()));
  s.advance(999);
  EXPECT_EQ(s.pings(), 1u);
  s.receive(text("hello"));
  s.advance(999);
  EXPECT_EQ(s.pings(), 1u);
  s.advance(1);
  EXPECT_EQ(s.pings(), 2u);
  EXPECT_FALSE(s.collector.closed());
}

// KAL-01, KAL-02: one that had to wait for the end of a frame goes out once, and its deadline begins then.
TEST(Keepalive, OneThatHadToWait) {
  Kept s;
  ASSERT_TRUE(s.open());
  ASSERT_EQ(s.ws.begin(MessageType::binary, 1), Status::ok);
  s.advance(1000);
  EXPECT_EQ(s.pings(), 0u);
  s.advance(500);
  std::size_t taken = 0;
  ASSERT_EQ(s.ws.write(as_bytes("x"), taken), Status::ok);
  ASSERT_EQ(s.ws.end(), Status::ok);
  s.run();
  EXPECT_EQ(s.pings(), 1u);
  s.advance(299);
  EXPECT_EQ(s.pings(), 1u);
  EXPECT_FALSE(s.collector.closed());
  s.advance(1);
  EXPECT_TRUE(s.collector.closed());
  EXPECT_EQ(s.pings(), 1u);
}

// KAL-01: none while opening, none while closing.
TEST(Keepalive, OnlyWhileOpen) {
  Kept opening;
  ASSERT_EQ(opening.start(), Status::ok);
  opening.run();
  const std::size_t request = opening.link.sent().size();
  opening.advance(5000);
  EXPECT_EQ(opening.link.sent().size(), request);

  Kept closing;
  closing.client_options.close_timeout_ms = 10000;
  ASSERT_TRUE(closing.open());
  closing.advance(900);
  EXPECT_EQ(closing.ws.close(), Status::ok);
  closing.advance(8000);
  EXPECT_EQ(closing.sent(), "close");
}

// KAL-02: at its deadline, not before.
TEST(Keepalive, MissingPong) {
  Kept s;
  ASSERT_TRUE(s.open());
  s.advance(1000);
  s.advance(299);
  EXPECT_FALSE(s.collector.closed());
  EXPECT_EQ(s.ws.next_deadline().ms_left(s.now), 1u);
  s.advance(1);
  EXPECT_EQ(s.trace(), "open\n" + failed("pong_timeout"));
  EXPECT_EQ(s.link.state(), Link::idle);
}

// KAL-02: the oldest ping without an answer counts; further ones do not put the deadline off.
TEST(Keepalive, MorePingsDoNotHelp) {
  Kept s;
  ASSERT_TRUE(s.open());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(s.ws.ping(), Status::ok);
    s.run();
    s.advance(100);
  }
  EXPECT_EQ(s.collector.error(), Error::pong_timeout);
}

// KAL-02: whatever arrives is a sign of life, as the options say.
TEST(Keepalive, AnyBytesAreASignOfLife) {
  Kept s;
  ASSERT_TRUE(s.open());
  s.advance(1000);
  s.advance(200);
  s.receive(text("busy"));
  s.advance(299);
  EXPECT_FALSE(s.collector.closed());
  s.advance(1000);
  EXPECT_EQ(s.collector.error(), Error::pong_timeout);
}

// KAL-03: the round trip of our own ping; stale, foreign and unasked pongs say nothing.
TEST(Keepalive, RoundTripTime) {
  Session s;
  ASSERT_TRUE(s.open());
  s.receive(pong("unasked") + pong());
  EXPECT_EQ(s.collector.count(Event::Type::pong), 0u);
  EXPECT_EQ(s.ws.ping(as_bytes("first")), Status::ok);
  s.run();
  s.advance(40);
  EXPECT_EQ(s.ws.ping(as_bytes("second")), Status::ok);
  s.run();
  s.advance(25);
  s.receive(pong("other") + pong("first"));
  EXPECT_EQ(s.collector.count(Event::Type::pong), 0u);
  s.receive(pong("second"), 1);
  ASSERT_EQ(s.collector.count(Event::Type::pong), 1u);
  EXPECT_EQ(s.collector.records.back().rtt_ms, 25u);
  s.receive(pong("second"));
  EXPECT_EQ(s.collector.count(Event::Type::pong), 1u) << "answered once";
}

// KAL-03: an empty ping has a round-trip time as well, and the clock may wrap in between.
TEST(Keepalive, RoundTripTimeOfAnEmptyPingAcrossTheWrap) {
  SessionSetup setup;
  setup.start = Instant{0xFFFFFFF0u};
  Session s(setup);
  ASSERT_TRUE(s.open());
  EXPECT_EQ(s.ws.ping(), Status::ok);
  s.run();
  s.advance(50);
  s.receive(pong());
  ASSERT_EQ(s.collector.count(Event::Type::pong), 1u);
  EXPECT_EQ(s.collector.records.back().rtt_ms, 50u);
}

// KAL-04: three pings, one pong for the third: no timeout.
TEST(Keepalive, NewestPongSettlesAll) {
  Kept s;
  ASSERT_TRUE(s.open());
  for (const char* payload : {"1", "2", "3"}) {
    EXPECT_EQ(s.ws.ping(as_bytes(payload)), Status::ok);
    s.run();
  }
  s.advance(200);
  s.receive(pong("3"));
  s.advance(900);
  EXPECT_FALSE(s.collector.closed());
  EXPECT_EQ(s.collector.count(Event::Type::pong), 1u);
}

// KAL-05: a ring full of messages does not keep the ping back, and a stuck transmitter has its own deadline.
TEST(Keepalive, WithAFullRing) {
  Kept s;
  s.client_options.send_timeout_ms = 5000;
  s.client_options.pong_timeout_ms = 60000;
  ASSERT_TRUE(s.open());
  s.link.set_tx_budget(10);
  while (s.ws.send("queued message") == Status::ok) {
  }
  s.run();
  s.advance(1000);
  s.link.set_tx_budget(100);
  s.run();
  const std::vector<Frame> frames = s.frames();
  ASSERT_GE(frames.size(), 2u);
  EXPECT_EQ(frames[1].opcode, kOpPing) << "between frames, ahead of what was queued";
  s.advance(4999);
  EXPECT_FALSE(s.collector.closed());
  s.advance(1);
  EXPECT_EQ(s.collector.error(), Error::send_timeout);
}

// KAL-02: a sender that fills the ring before each poll, of which the transport takes a little, hides no dead peer.
TEST(Keepalive, MissingPongUnderSaturation) {
  Kept s;
  ASSERT_TRUE(s.open());
  std::uint32_t ms = 0;
  for (; ms < 5000 && !s.collector.closed(); ++ms) {
    while (s.ws.send("queued message") == Status::ok) {
    }
    s.link.set_tx_budget(20);
    s.now = s.now + 1;
    Event event;
    while (s.ws.poll(s.now, event)) s.collector.add(event, s.ws.ready_state());
  }
  EXPECT_EQ(s.collector.error(), Error::pong_timeout);
  EXPECT_LE(ms, 1000u + 300 + 30) << "the ping waits for the end of a frame at most";
}

// KAL-06: a poll that is late, and sends something first, still sees the pong that has arrived before it gives up.
TEST(Keepalive, LatePollThatSends) {
  Kept s;
  ASSERT_TRUE(s.open());
  ASSERT_EQ(s.ws.ping(as_bytes("there?")), Status::ok);
  s.run();
  s.link.push(pong("there?"));
  s.now = s.now + 5000;
  ASSERT_EQ(s.ws.send("a reading"), Status::ok);
  s.run();
  EXPECT_EQ(s.trace(), "open\npong\n");
}

// KAL-06: so does one that comes when the application has taken long over the message before the pong.
TEST(Keepalive, LatePollAmidReceiving) {
  Kept s;
  ASSERT_TRUE(s.open());
  ASSERT_EQ(s.ws.ping(as_bytes("there?")), Status::ok);
  s.run();
  s.link.push(text("slow") + pong("there?"));
  Event event;
  ASSERT_TRUE(s.ws.poll(s.now, event));
  EXPECT_EQ(event.type, Event::Type::chunk);
  s.now = s.now + 5000;
  s.run();
  EXPECT_EQ(s.trace(), "open\npong\n");
}

// KAL-06: after an hour of sleep one ping, not a burst; and what arrived meanwhile counts first.
TEST(Keepalive, LatePoll) {
  Kept s;
  ASSERT_TRUE(s.open());
  s.advance(3600000);
  EXPECT_EQ(s.pings(), 1u);
  EXPECT_FALSE(s.collector.closed());
  s.link.push(pong(s.last_ping()));
  s.advance(3600000);
  EXPECT_FALSE(s.collector.closed()) << "the pong was there before the deadline was looked at";
}

// KAL-06, REC-08: a missed pong of the last link is nothing to the next.
TEST(Keepalive, RestartsWithEachLink) {
  Kept s;
  ASSERT_TRUE(s.open());
  s.advance(1000);
  s.advance(300);
  EXPECT_EQ(s.collector.error(), Error::pong_timeout);
  s.advance(100);
  ASSERT_TRUE(s.open());
  s.advance(999);
  EXPECT_FALSE(s.collector.closed());
  EXPECT_EQ(s.pings(), 0u);
  s.advance(1);
  EXPECT_EQ(s.pings(), 1u);
}

// KAL-01, KAL-02: either may be switched off.
TEST(Keepalive, SwitchedOff) {
  Kept without_pings;
  without_pings.client_options.ping_interval_ms = 0;
  ASSERT_TRUE(without_pings.open());
  without_pings.sleep_through(1000000);
  EXPECT_EQ(without_pings.sent(), "");
  Kept without_deadline;
  without_deadline.client_options.pong_timeout_ms = 0;
  ASSERT_TRUE(without_deadline.open());
  without_deadline.sleep_through(100000);
  EXPECT_FALSE(without_deadline.collector.closed());
  EXPECT_GE(without_deadline.pings(), 1u);
}

// KAL-01: on by default, in milliseconds.
TEST(Keepalive, OnByDefault) {
  Session s;
  s.client_options = ClientOptions();
  ASSERT_TRUE(s.open());
  EXPECT_EQ(s.ws.next_deadline().ms_left(s.now), 30000u);
  s.sleep_through(29999);
  EXPECT_EQ(s.sent(), "");
  s.sleep_through(1);
  EXPECT_EQ(s.frames().size(), 1u);
  s.sleep_through(10000);
  EXPECT_EQ(s.collector.error(), Error::pong_timeout);
}

}  // namespace
}  // namespace whit::test
