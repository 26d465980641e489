// close() as the application calls it: codes, reasons, and what goes out before the Close frame.
#include <gtest/gtest.h>

#include "vectors/build.hpp"

namespace whit::test {
namespace {

// CLS-04, API-03: what an application may send, in all states; the wrong ones change nothing.
TEST(CloseSent, CodesToSend) {
  for (unsigned code = 0; code <= 65535; ++code) {
    const bool allowed = code == 1000 || (code >= 3000 && code <= 4999);
    Session session;
    if (code % 64 < 2 || allowed || code < 1100) {
      const auto wide = static_cast<std::uint16_t>(code);
      EXPECT_EQ(session.ws.close(wide), allowed ? Status::ok : Status::bad_close_code) << code << " before connect()";
      ASSERT_TRUE(session.open());
      EXPECT_EQ(session.ws.close(wide), allowed ? Status::ok : Status::bad_close_code) << code;
      EXPECT_EQ(session.ws.ready_state(), allowed ? ReadyState::closing : ReadyState::open);
      EXPECT_EQ(session.ws.close(4000), Status::ok);
      EXPECT_EQ(session.ws.close(wide), allowed ? Status::ok : Status::bad_close_code) << code << " while closing";
      session.run();
      ASSERT_EQ(session.sent(), "close " + std::to_string(allowed ? code : 4000));
    }
  }
}

// CTL-03, API-04, UTF-08: reasons are counted in bytes and must be UTF-8.
TEST(CloseSent, ReasonsToSend) {
  const struct {
    std::string reason;
    Status status;
  } kCases[] = {{std::string(123, 'a'), Status::ok},
                {std::string(124, 'a'), Status::control_too_long},
                {[] {
                   std::string s;
                   for (int i = 0; i < 41; ++i) s += "\xE2\x82\xAC";
                   return s;
                 }(),
                 Status::ok},
                {[] {
                   std::string s;
                   for (int i = 0; i < 42; ++i) s += "\xE2\x82\xAC";
                   return s;
                 }(),
                 Status::control_too_long},
                {"\xC0\xAF", Status::bad_utf8},
                {"cut \xE2\x82", Status::bad_utf8},
                {"\xED\xA0\x80", Status::bad_utf8}};
  for (const auto& c : kCases) {
    Session session;
    ASSERT_TRUE(session.open());
    EXPECT_EQ(session.ws.close(1000, c.reason), c.status);
    session.run();
    const std::vector<Frame> frames = session.frames();
    EXPECT_EQ(session.ws.ready_state(), c.status == Status::ok ? ReadyState::closing : ReadyState::open);
    ASSERT_EQ(frames.size(), c.status == Status::ok ? 1u : 0u);
    if (!frames.empty()) {
      EXPECT_EQ(frames[0].reason(), c.reason);
    }
  }
}

// CLS-06: the reason goes out whatever is just coming in: half a ping, half a Close, half a message.
TEST(CloseSent, ReasonWhileAFrameArrives) {
  for (const std::string& half : {ping("payload"), pong("payload"), text("payload"), close_frame(1000, "payload")}) {
    for (std::size_t cut = 1; cut < half.size(); ++cut) {
      Session session;
      ASSERT_TRUE(session.open());
      session.receive(half.substr(0, cut));
      EXPECT_EQ(session.ws.close(4000, "the reason"), Status::ok);
      session.run();
      EXPECT_EQ(session.sent(), "close 4000 the reason") << cut;
      session.receive(half.substr(cut));
      EXPECT_EQ(session.sent(),
                half == ping("payload") ? "close 4000 the reason|pong payload" : "close 4000 the reason")
          << cut;
    }
  }
}

// API-05: an empty Close; the bytes themselves.
TEST(CloseSent, WithoutACode) {
  Session session;
  ASSERT_TRUE(session.open());
  EXPECT_EQ(session.ws.close(), Status::ok);
  session.run();
  const Buffer wire = session.wire();
  ASSERT_EQ(wire.size(), 6u);
  EXPECT_EQ(wire[0], 0x88);
  EXPECT_EQ(wire[1], 0x80);
  session.receive(close_frame());
  session.peer_eof();
  EXPECT_EQ(session.trace(), "open\nclose 1005 clean\n");
}

// CLS-17: messages that were accepted go out before the Close frame.
TEST(CloseSent, BehindQueuedMessages) {
  Session session;
  ASSERT_TRUE(session.open());
  session.link.set_tx_schedule({3, 0});
  EXPECT_EQ(session.ws.send("one"), Status::ok);
  EXPECT_EQ(session.ws.send("two"), Status::ok);
  EXPECT_EQ(session.ws.send("three"), Status::ok);
  EXPECT_EQ(session.ws.close(1000, "done"), Status::ok);
  session.run();
  EXPECT_EQ(session.sent(), "text one|text two|text three|close 1000 done");
}

// CLS-17 with a ring so full that Close itself has to wait.
TEST(CloseSent, BehindAFullRing) {
  for (std::size_t ring = kMinRing; ring < kMinRing + 70; ++ring) {
    SessionSetup setup;
    setup.ring = ring;
    Session session(setup);
    ASSERT_TRUE(session.open());
    session.link.set_tx_budget(0);
    std::size_t queued = 0;
    while (session.ws.send("abc") == Status::ok) ++queued;
    EXPECT_EQ(session.ws.close(4000, std::string(123, 'r')), Status::ok);
    session.run();
    session.link.set_tx_budget(MemoryLink::kAll);
    session.link.set_tx_schedule({1});
    session.run();
    const std::vector<Frame> frames = session.frames();
    ASSERT_EQ(frames.size(), queued + 1);
    EXPECT_EQ(frames.back().reason(), std::string(123, 'r'));
  }
}

// CLS-06, CTL-09: a ping that comes in while our Close waits does not get its place, also when the Close goes out amid
// it.
TEST(CloseSent, PingAcrossAWaitingClose) {
  const std::string reason(123, 'r');
  for (const std::size_t size : {std::size_t{1}, std::size_t{17}, std::size_t{124}, std::size_t{125}}) {
    const std::string whole = ping(std::string(size, 'p'));
    for (std::size_t cut = 1; cut < whole.size(); ++cut) {
      Session session;
      ASSERT_TRUE(session.open());
      session.link.set_tx_budget(0);
      // To the brim, so that there is no room for the longest Close.
      while (session.ws.send("abcdefgh") == Status::ok) {
      }
      while (session.ws.send("") == Status::ok) {
      }
      EXPECT_EQ(session.ws.close(1000, reason), Status::ok);
      session.run();
      session.receive(whole.substr(0, cut));
      session.link.set_tx_budget(MemoryLink::kAll);
      session.run();
      session.receive(whole.substr(cut));
      const std::string sent = session.sent();
      const std::size_t closed = sent.find("|close 1000 #123");
      ASSERT_NE(closed, std::string::npos);
      // If its payload began behind our Close, there is nothing in its way.
      const std::string behind = sent.substr(closed + 16);
      EXPECT_TRUE(behind.empty() || (cut <= 2 && behind.rfind("|pong ", 0) == 0)) << size << " " << cut << behind;
      session.receive(close_frame(1000));
      session.peer_eof();
      EXPECT_EQ(session.trace(), "open\nclose 1000 clean\n");
    }
  }
}

// CTL-04: a pong that found no room before close() is still sent.
TEST(CloseSent, PongThatWaited) {
  Session session;
  ASSERT_TRUE(session.open());
  session.link.set_tx_budget(0);
  while (session.ws.send("abcdefgh") == Status::ok) {
  }
  while (session.ws.send("") == Status::ok) {
  }
  session.receive(ping(std::string(125, 'p')));
  EXPECT_EQ(session.ws.close(1000), Status::ok);
  session.link.set_tx_budget(MemoryLink::kAll);
  session.run();
  const std::string sent = session.sent();
  EXPECT_NE(sent.find("|close 1000"), std::string::npos);
  EXPECT_NE(sent.find("|pong "), std::string::npos) << sent;
}

}  // namespace
}  // namespace whit::test
