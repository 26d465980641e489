// Deadlines, on a clock that the test turns.
#include <gtest/gtest.h>

#include <functional>

#include "vectors/build.hpp"

namespace whit::test {
namespace {

// TMR-01: one deadline covers every stage of the opening.
TEST(Deadlines, Connect) {
  for (const std::uint32_t start : {1000u, 0xFFFFFFFFu - 4000u, 0x7FFFF000u}) {
    SessionSetup setup;
    setup.start = Instant{start};
    Session dialling(setup);
    dialling.client_options.connect_timeout_ms = 8000;
    dialling.link.connect_polls = 100000000;
    ASSERT_EQ(dialling.start(), Status::ok);
    dialling.run();
    dialling.sleep_through(7999);
    EXPECT_FALSE(dialling.collector.closed());
    dialling.advance(1);
    EXPECT_EQ(dialling.trace(), failed("connect_timeout"));
  }
}

// TMR-01, TMR-02: the response may take handshake_timeout_ms, and all together connect_timeout_ms.
TEST(Deadlines, Handshake) {
  Session silent;
  silent.client_options.connect_timeout_ms = 20000;
  silent.client_options.handshake_timeout_ms = 3000;
  ASSERT_EQ(silent.start(), Status::ok);
  silent.run();
  silent.sleep_through(2999);
  EXPECT_FALSE(silent.collector.closed());
  silent.advance(1);
  EXPECT_EQ(silent.collector.error(), Error::handshake_timeout);
  EXPECT_EQ(silent.collector.close().code, 1006);

  Session both;
  both.client_options.connect_timeout_ms = 2000;
  both.client_options.handshake_timeout_ms = 3000;
  ASSERT_EQ(both.start(), Status::ok);
  both.run();
  both.sleep_through(1999);
  EXPECT_FALSE(both.collector.closed());
  both.advance(1);
  EXPECT_EQ(both.collector.error(), Error::handshake_timeout) << "the transport was up";
}

// TMR-01: who asks for more than the clock can tell apart asks for no deadline.
TEST(Deadlines, Endless) {
  for (const std::uint32_t ms : {0u, 0x80000000u, 0xFFFFFFFFu}) {
    Session s;
    s.client_options.connect_timeout_ms = s.client_options.handshake_timeout_ms = ms;
    ASSERT_EQ(s.start(), Status::ok);
    s.run();
    EXPECT_TRUE(s.ws.next_deadline().is_never()) << ms;
    s.advance(0x7FFFFFFF);
    EXPECT_FALSE(s.collector.closed()) << ms;
  }
}

// TMR-02: bytes that trickle in extend nothing.
TEST(Deadlines, TricklingHandshake) {
  Session s;
  s.client_options.handshake_timeout_ms = 10000;
  ASSERT_EQ(s.start(), Status::ok);
  s.run();
  const std::string response = response_for(to_text(s.link.sent()));
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(s.collector.closed()) << i;
    s.advance(1000);
    s.receive(response.substr(static_cast<std::size_t>(i), 1));
  }
  EXPECT_EQ(s.collector.error(), Error::handshake_timeout);
}

// TMR-03: a peer that never answers our Close.
TEST(Deadlines, CloseUnanswered) {
  Session s;
  s.client_options.close_timeout_ms = 4000;
  ASSERT_TRUE(s.open());
  EXPECT_EQ(s.ws.close(1000), Status::ok);
  s.run();
  s.sleep_through(3999);
  EXPECT_FALSE(s.collector.closed());
  s.advance(1);
  EXPECT_EQ(s.trace(), "open\n" + failed("close_timeout"));
}

// TMR-03: and one that answers but goes on sending does not keep us.
TEST(Deadlines, CloseWithEndlessData) {
  Session s;
  s.client_options.close_timeout_ms = 4000;
  ASSERT_TRUE(s.open());
  EXPECT_EQ(s.ws.close(1000), Status::ok);
  for (int i = 0; i < 50 && !s.collector.closed(); ++i) {
    s.receive(binary("more"));
    s.advance(100);
  }
  EXPECT_EQ(s.collector.error(), Error::close_timeout);
}

// TMR-04: no progress in sending; each byte that is taken starts the time again.
TEST(Deadlines, SendingWithoutProgress) {
  Session s;
  s.client_options.send_timeout_ms = 2000;
  ASSERT_TRUE(s.open());
  s.link.set_tx_budget(0);
  EXPECT_EQ(s.ws.send("stuck"), Status::ok);
  s.run();
  s.advance(1999);
  s.link.set_tx_budget(1);
  s.run();
  s.advance(1999);
  EXPECT_FALSE(s.collector.closed());
  s.advance(1);
  EXPECT_EQ(s.trace(), "open\n" + failed("send_timeout"));
}

// TMR-04: the time runs from the first stall, not from the last send().
TEST(Deadlines, SendingMoreDoesNotHelp) {
  Session s;
  s.client_options.send_timeout_ms = 2000;
  ASSERT_TRUE(s.open());
  s.link.set_tx_budget(0);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(s.ws.send("x"), Status::ok);
    s.run();
    s.advance(100);
  }
  EXPECT_EQ(s.collector.error(), Error::send_timeout);
}

// TMR-06: timers die with the state that armed them.
TEST(Deadlines, NoneIsLeftBehind) {
  Session s;
  ASSERT_TRUE(s.open());
  EXPECT_TRUE(s.ws.next_deadline().is_never()) << "neither connect nor handshake";
  s.link.set_tx_budget(0);
  EXPECT_EQ(s.ws.send("x"), Status::ok);
  s.run();
  EXPECT_FALSE(s.ws.next_deadline().is_never());
  s.link.set_tx_budget(MemoryLink::kAll);
  s.run();
  EXPECT_TRUE(s.ws.next_deadline().is_never());
  s.receive(close_frame());
  s.peer_eof();
  EXPECT_TRUE(s.ws.next_deadline().is_never());
}

// TMR-06: the transport's own timer is part of it.
TEST(Deadlines, TransportsOwn) {
  Session s;
  ASSERT_TRUE(s.open());
  s.link.own_deadline = Deadline::at(s.now + 123);
  EXPECT_EQ(s.ws.next_deadline().ms_left(s.now), 123u);
  s.client_options.ping_interval_ms = 50;
  s.receive(text("x"));
  EXPECT_LE(s.ws.next_deadline().ms_left(s.now), 50u);
}

// ---- TMR-05, TMR-06: the same things happen at the same time whether one polls each millisecond or at deadlines only.

struct Step {
  std::uint32_t at;
  std::function<void(Session&)> act;
};

std::string play_steps(const std::vector<Step>& steps, std::uint32_t total, Instant start, bool every_ms) {
  SessionSetup setup;
  setup.start = start;
  Session s(setup);
  s.client_options.ping_interval_ms = 700;
  s.client_options.pong_timeout_ms = 250;
  s.client_options.send_timeout_ms = 400;
  s.client_options.close_timeout_ms = 900;
  s.open();
  std::string log;
  std::size_t next = 0, seen_events = s.trace().size(), seen_bytes = s.wire().size();
  for (std::uint32_t t = 0; t <= total;) {
    s.now = start + t;
    while (next < steps.size() && steps[next].at == t) steps[next++].act(s);
    s.run();
    if (s.trace().size() != seen_events || s.wire().size() != seen_bytes) {
      log += std::to_string(t) + ": " + s.trace().substr(seen_events) + " +" +
             std::to_string(s.wire().size() - seen_bytes) + "\n";
      seen_events = s.trace().size();
      seen_bytes = s.wire().size();
    }
    std::uint32_t nap = every_ms ? 1 : s.ws.next_deadline().ms_left(s.now);
    if (next < steps.size()) nap = std::min(nap, steps[next].at - t);
    t += std::min(nap, total + 1 - t);
  }
  return log + s.sent();
}

TEST(Deadlines, ExactInEveryPhase) {
  const auto echo_ping = [](Session& s) {
    const std::vector<Frame> frames = s.frames();
    if (!frames.empty() && frames.back().opcode == kOpPing) s.receive(pong(frames.back().payload));
  };
  const std::vector<std::vector<Step>> scripts = {
      {{750, echo_ping}, {1500, echo_ping}, {1600, [](Session& s) { s.receive(text("x")); }}},
      {{100,
        [](Session& s) {
          s.link.set_tx_budget(3);
          EXPECT_EQ(s.ws.send("hello"), Status::ok);
        }},
       {300, [](Session& s) { s.link.set_tx_budget(2); }}},
      {{50, [](Session& s) { EXPECT_EQ(s.ws.close(1000), Status::ok); }}},
      {{50, [](Session& s) { s.receive(close_frame(1000)); }}},
      {{50, [](Session& s) { EXPECT_EQ(s.ws.ping(as_bytes("mine")), Status::ok); }},
       {120, [](Session& s) { s.receive(pong("mine")); }},
       {820, echo_ping},
       {900, [](Session& s) { s.receive("\x83"); }}},
  };
  for (std::size_t i = 0; i < scripts.size(); ++i) {
    for (const std::uint32_t start : {5000u, 0xFFFFFE00u, 0x7FFFFF00u}) {
      const std::string slept = play_steps(scripts[i], 3000, Instant{start}, false);
      EXPECT_EQ(slept, play_steps(scripts[i], 3000, Instant{start}, true)) << i << " " << start;
      EXPECT_EQ(slept, play_steps(scripts[i], 3000, Instant{0}, false)) << i << " " << start;
      EXPECT_NE(slept.find("close"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace whit::test
