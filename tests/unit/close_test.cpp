// The closing handshake: RFC 6455 5.5.1, 7.1, 7.4.
#include <gtest/gtest.h>

#include "support/scale.hpp"
#include "vectors/messages.hpp"

namespace whit::test {
namespace {

// CLS-01, CLS-02, CLS-03, CLS-05, CLS-06, CLS-09, CLS-14, FRG-10
TEST(Close, Received) {
  for (const Vector& vector : closes()) expect_everywhere(vector);
}

// CLS-02, CLS-03: all 65536 codes; on a board all up to 4999, and some of the others, which are all wrong.
TEST(Close, EveryCode) {
  for (unsigned code = 0; code <= 65535; code += code < 5000 ? 1 : kFraction) {
    const bool known =
        (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    Session session;
    ASSERT_TRUE(session.open());
    session.receive(close_frame(code));
    session.peer_eof();
    const Record close = session.collector.close();
    ASSERT_EQ(session.sent(), "close " + std::to_string(known ? code : 1002)) << code;
    ASSERT_EQ(close.code, known ? code : 1006) << code;
    ASSERT_EQ(close.was_clean, known) << code;
    ASSERT_EQ(session.collector.error(), known ? Error::none : Error::bad_close_code) << code;
  }
}

// CLS-01: every length of body.
TEST(Close, EveryBodyLength) {
  for (std::size_t n = 2; n <= 125; ++n) {
    Session session;
    ASSERT_TRUE(session.open());
    session.receive(close_frame(1000, std::string(n - 2, 'r')), n % 3);
    session.peer_eof();
    EXPECT_EQ(session.collector.close().reason, std::string(n - 2, 'r'));
    EXPECT_TRUE(session.collector.close().was_clean);
  }
}

// CLS-08, API-07: exactly one Close whatever is called and whatever crosses it.
TEST(Close, OnlyOnce) {
  Session session;
  ASSERT_TRUE(session.open());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(session.ws.close(4000, "first"), Status::ok);
  EXPECT_EQ(session.ws.close(4001, "second"), Status::ok);
  EXPECT_EQ(session.ws.send("no"), Status::closed);
  session.receive(close_frame(1000) + close_frame(1001));
  EXPECT_EQ(session.ws.close(), Status::ok);
  session.peer_eof();
  EXPECT_EQ(session.ws.close(1000), Status::ok);
  session.run();
  EXPECT_EQ(session.sent(), "close 4000 first");
  EXPECT_EQ(session.trace(), "open\nclose 1000 clean\n");
}

// CLS-13: both Close frames cross; each side takes the exchange for complete.
TEST(Close, Crossing) {
  Session session;
  ASSERT_TRUE(session.open());
  session.link.push(close_frame(4002, "theirs"));
  EXPECT_EQ(session.ws.close(4001, "ours"), Status::ok);
  session.run();
  session.peer_eof();
  EXPECT_EQ(session.sent(), "close 4001 ours");
  EXPECT_EQ(session.trace(), "open\nclose 4002 clean theirs\n");
}

// CLS-10: messages that come while we wait for the peer's Close are dropped, but must still be valid.
TEST(Close, InputIsStillChecked) {
  Session session;
  ASSERT_TRUE(session.open());
  EXPECT_EQ(session.ws.close(1000), Status::ok);
  session.receive(text("a") + text("b", false) + continuation("c", true) + close_frame(1000));
  session.peer_eof();
  EXPECT_EQ(session.trace(), "open\nclose 1000 clean\n");

  Session eof;
  ASSERT_TRUE(eof.open());
  EXPECT_EQ(eof.ws.close(1000), Status::ok);
  eof.receive(text("a"));
  eof.peer_eof();
  EXPECT_EQ(eof.collector.close().code, 1006);
  EXPECT_FALSE(eof.collector.close().was_clean);
  EXPECT_EQ(eof.collector.error(), Error::connection_lost);

  Session bad;
  ASSERT_TRUE(bad.open());
  EXPECT_EQ(bad.ws.close(1000), Status::ok);
  bad.receive(std::string("\x83\x00", 2) + close_frame(1000));
  bad.peer_eof();
  EXPECT_EQ(bad.sent(), "close 1000");
  EXPECT_EQ(bad.collector.close().code, 1006);
  EXPECT_FALSE(bad.collector.close().was_clean);
  EXPECT_EQ(bad.collector.error(), Error::reserved_opcode);
}

// CLS-10, UTF-01: text that is dropped must be UTF-8 as well.
TEST(Close, DroppedTextIsStillValidated) {
  Session session;
  ASSERT_TRUE(session.open());
  EXPECT_EQ(session.ws.close(1000), Status::ok);
  session.receive(text("\xC0\xAF") + close_frame(1000));
  session.peer_eof();
  EXPECT_EQ(session.collector.error(), Error::bad_utf8);
}

// CLS-11: the server ends TCP at once, the client waits for it.
TEST(Close, WhoEndsTcp) {
  Session client;
  ASSERT_TRUE(client.open());
  client.receive(close_frame(1000));
  EXPECT_EQ(client.sent(), "close 1000");
  EXPECT_FALSE(client.link.fin());
  EXPECT_FALSE(client.link.aborted());
  EXPECT_FALSE(client.collector.closed());
  EXPECT_EQ(client.ws.ready_state(), ReadyState::closing);
  client.peer_eof();
  EXPECT_TRUE(client.collector.closed());
  EXPECT_EQ(client.link.state(), Link::idle);

  SessionSetup setup;
  setup.server = true;
  Session server(setup);
  ASSERT_TRUE(server.open());
  server.receive(server.peer(kOpClose, close_body(1000)));
  EXPECT_EQ(server.sent(), "close 1000");
  EXPECT_TRUE(server.link.fin());
  EXPECT_FALSE(server.link.aborted()) << "a reset could destroy the Close that is under way";
  server.peer_eof();
  EXPECT_EQ(server.trace(), "open\nclose 1000 clean\n");
}

// CLS-11, CLS-12, TMR-03: a client whose peer keeps TCP open ends it itself, in order, when the time is up: clean.
TEST(Close, PeerKeepsTcpOpen) {
  Session session;
  session.client_options.close_timeout_ms = 3000;
  ASSERT_TRUE(session.open());
  session.receive(close_frame(1000));
  session.advance(2999);
  EXPECT_FALSE(session.collector.closed());
  session.advance(1);
  EXPECT_EQ(session.trace(), "open\nclose 1000 clean\n");
  EXPECT_EQ(session.link.state(), Link::idle);
}

// CLS-07, CLS-08: a Close that comes while messages are queued is answered behind the frame in progress; the others go.
TEST(Close, ReplyDropsQueuedMessages) {
  for (std::size_t begun = 0; begun <= 60; begun += 5) {
    Session session;
    ASSERT_TRUE(session.open());
    session.link.set_tx_budget(begun);
    for (int i = 0; i < 6; ++i) EXPECT_EQ(session.ws.send(std::string(40, 'm')), Status::ok);
    session.run();
    session.receive(close_frame(4000));
    session.link.set_tx_budget(MemoryLink::kAll);
    session.run();
    session.peer_eof();
    const std::size_t whole = (begun + 45) / 46;  // 2 + 4 + 40 bytes a frame
    const std::vector<Frame> frames = session.frames();
    ASSERT_EQ(frames.size(), whole + 1) << begun;
    EXPECT_EQ(frames.back().code(), 4000u);
    EXPECT_EQ(session.sent_rest(), "");
    EXPECT_EQ(session.trace(), "open\nclose 4000 clean\n");
  }
}

// CLS-15: not clean if our answer could not be delivered, or nothing was ever established.
TEST(Close, NotClean) {
  Session undelivered;
  ASSERT_TRUE(undelivered.open());
  undelivered.link.set_tx_budget(0);
  undelivered.link.push(close_frame(1000));
  undelivered.link.push_reset();
  undelivered.run();
  EXPECT_FALSE(undelivered.collector.close().was_clean);

  Session refused;
  refused.link.connect_error = Error::connection_refused;
  EXPECT_FALSE(refused.open());
  EXPECT_EQ(refused.trace(), "error connection_refused\nclose 1006 unclean\n");

  Session lost;
  ASSERT_TRUE(lost.open());
  lost.peer_eof();
  EXPECT_EQ(lost.trace(), "open\nerror connection_lost\nclose 1006 unclean\n");
}

// CLS-15: our Close could not leave before the time was up.
TEST(Close, NotCleanWhenOurAnswerIsStuck) {
  Session session;
  ASSERT_TRUE(session.open());
  session.link.set_tx_budget(0);
  session.receive(close_frame(1000));
  session.advance(120000);
  EXPECT_TRUE(session.collector.closed());
  EXPECT_FALSE(session.collector.close().was_clean);
}

// CLS-16, API-01: states as the frames pass.
TEST(Close, States) {
  Session session;
  EXPECT_EQ(session.ws.ready_state(), ReadyState::closed);
  ASSERT_EQ(session.start(), Status::ok);
  EXPECT_EQ(session.ws.ready_state(), ReadyState::connecting);
  Session open;
  ASSERT_TRUE(open.open());
  EXPECT_EQ(open.ws.ready_state(), ReadyState::open);
  EXPECT_EQ(open.ws.close(), Status::ok);
  EXPECT_EQ(open.ws.ready_state(), ReadyState::closing);
  open.receive(close_frame());
  EXPECT_EQ(open.ws.ready_state(), ReadyState::closing);
  open.peer_eof();
  EXPECT_EQ(open.ws.ready_state(), ReadyState::closed);
}

// CLS-04: nothing that may not be on the wire ever is: the session checks every Close it decodes.
TEST(Close, ReservedCodesAreNeverSent) {
  Session empty;
  ASSERT_TRUE(empty.open());
  empty.receive(close_frame());
  empty.peer_eof();
  EXPECT_EQ(empty.sent(), "close");
  EXPECT_EQ(empty.collector.close().code, 1005);
  Session lost;
  ASSERT_TRUE(lost.open());
  lost.peer_eof();
  EXPECT_EQ(lost.sent(), "");
  EXPECT_EQ(lost.collector.close().code, 1006);
}

}  // namespace
}  // namespace whit::test
