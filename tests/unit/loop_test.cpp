// What a loop may rely on that polls once a round, sends when it likes, or comes late.
#include <gtest/gtest.h>

#include "vectors/build.hpp"

namespace whit::test {
namespace {

// Whoever sends in every round still receives, and soon.
TEST(Loop, SendsInEveryRoundAndReceives) {
  for (const std::size_t budget : {MemoryLink::kAll, std::size_t{30}}) {
    Session s;
    ASSERT_TRUE(s.open());
    s.link.push(text("command"));
    Event event;
    bool received = false;
    unsigned rounds = 0;
    for (; rounds < 100 && !received; ++rounds) {
      static_cast<void>(s.ws.send(as_bytes("reading")));
      s.link.set_tx_budget(budget);
      s.now = s.now + 1;
      received = s.ws.poll(s.now, event);
    }
    EXPECT_TRUE(received) << budget;
    EXPECT_LE(rounds, 11u);
  }
}

// The transport takes nothing, and the ring is full.
void be_refused(Session& s) {
  ASSERT_TRUE(s.open());
  s.link.set_tx_budget(0);
  while (s.ws.send(as_bytes("a reading")) == Status::ok) {
  }
  Event event;
  while (s.ws.poll(s.now, event)) {
  }
  ASSERT_EQ(s.ws.send(as_bytes("a reading")), Status::would_block);
}

// would_block says that the loop comes round once there is room: also if the poll that made the room brings an event,
// which the application takes first.
TEST(Loop, ComesRoundOnceThereIsRoom) {
  Session s;
  be_refused(s);
  ASSERT_FALSE(s.ws.next_deadline().is_immediate());
  Event event;
  s.link.set_tx_budget(MemoryLink::kAll);
  s.link.push(text("one") + text("two"));
  s.now = s.now + 20;  // so that this poll sends and receives, in builds for speed, too
  unsigned events = 0;
  while (s.ws.poll(s.now, event)) ++events;
  EXPECT_EQ(events, 2u);
  EXPECT_TRUE(s.ws.next_deadline().is_immediate()) << "there is room, and the application was not told";
  EXPECT_FALSE(s.ws.poll(s.now, event));
  EXPECT_FALSE(s.ws.next_deadline().is_immediate()) << "it was, and did not care";
}

// The same for room that flush() makes.
TEST(Loop, ComesRoundAfterAFlush) {
  Session s;
  be_refused(s);
  s.link.set_tx_budget(MemoryLink::kAll);
  EXPECT_TRUE(s.ws.flush(s.now));
  EXPECT_TRUE(s.ws.next_deadline().is_immediate());
}

// TMR-02: what stands behind the peer's part of the handshake while ours cannot go out puts its end off for nobody.
TEST(Loop, HandshakeThatCannotGoOutWithBytesBehindIt) {
  SessionSetup as_server;
  as_server.server = true;
  Session server(as_server);
  server.server_options.handshake_timeout_ms = 3000;
  server.server_options.on_request = [](void*, const Request&) {
    static const std::string page(2000, 'x');
    Answer given;
    given.body = page;
    return given;
  };
  ASSERT_EQ(server.start(), Status::ok);
  server.link.set_tx_budget(100);
  server.receive("GET / HTTP/1.1\r\nHost: h\r\n\r\nx");
  server.sleep_through(60000);
  EXPECT_TRUE(server.collector.closed());

  Session client;
  const std::string token(2000, 't');
  client.client_options.bearer = token;
  client.client_options.handshake_timeout_ms = 3000;
  ASSERT_EQ(client.start(), Status::ok);
  client.link.set_tx_budget(300);
  client.run();
  client.receive(response_for(to_text(client.link.sent()) + "\r\n\r\n") + text("early"));
  client.sleep_through(60000);
  EXPECT_EQ(client.collector.error(), Error::handshake_timeout);
}

// TMR-03: an announced message may be finished after close(), but its bytes do not give the closing more time.
TEST(Loop, ClosingAmidAnAnnouncedMessage) {
  Session s;
  s.client_options.close_timeout_ms = 5000;
  ASSERT_TRUE(s.open());
  ASSERT_EQ(s.ws.begin(MessageType::binary, 1000000), Status::ok);
  ASSERT_EQ(s.ws.close(1000), Status::ok);
  const std::string data(1000, 'x');
  std::uint32_t ms = 0;
  for (; ms < 60000 && !s.collector.closed(); ms += 1000) {
    s.link.set_tx_budget(3);
    s.advance(1000);
    std::size_t taken = 0;
    static_cast<void>(s.ws.write(as_bytes(data), taken));
    static_cast<void>(s.ws.write(as_bytes(data), taken));
  }
  EXPECT_EQ(s.collector.error(), Error::close_timeout);
  EXPECT_LE(ms, 6000u);
}

// TMR-02: the response is there, though the loop comes to it too late.
TEST(Loop, LateForTheResponse) {
  Session s;
  s.client_options.handshake_timeout_ms = 3000;
  ASSERT_EQ(s.start(), Status::ok);
  s.run();
  s.link.push(response_for(to_text(s.link.sent())));
  s.now = s.now + 60000;
  s.run();
  EXPECT_EQ(s.trace(), "open\n");
}

// TMR-03: so is the peer's Close.
TEST(Loop, LateForTheClose) {
  Session s;
  s.client_options.close_timeout_ms = 3000;
  ASSERT_TRUE(s.open());
  ASSERT_EQ(s.ws.close(1000), Status::ok);
  s.run();
  s.link.push(close_frame(1000));
  s.link.push_eof();
  s.now = s.now + 60000;
  s.run();
  EXPECT_TRUE(s.collector.close().was_clean);
  EXPECT_EQ(s.collector.close().code, 1000);
}

}  // namespace
}  // namespace whit::test
