// Failure of every operation of the transport and of every call of the entropy source, and reuse afterwards.
#include <gtest/gtest.h>

#include "vectors/build.hpp"

namespace whit::test {
namespace {

// A life with a bit of everything; statuses may be anything once something has failed.
void live(Session& s) {
  if (s.start() != Status::ok) return;
  s.run();
  if (s.setup.server) {
    s.receive(request_text());
  } else {
    const Head head = parse_head(to_text(s.link.sent()));
    if (head.ok) s.receive(response_for(to_text(s.link.sent())));
  }
  static_cast<void>(s.ws.send("one message"));
  s.run();
  s.receive(s.peer(kOpPing, "p") + s.peer(kOpText, "Hello"));
  std::size_t taken = 0;
  static_cast<void>(s.ws.begin(MessageType::binary, 300));
  const std::string data(300, 'd');
  static_cast<void>(s.ws.write(as_bytes(data), taken));
  s.run();
  static_cast<void>(s.ws.write(as_bytes(std::string_view(data).substr(taken)), taken));
  static_cast<void>(s.ws.end());
  static_cast<void>(s.ws.ping(as_bytes("mine")));
  s.run();
  s.receive(s.peer(kOpPong, "mine") + s.peer(kOpText, "frag", false) + s.peer(kOpContinuation, "ment"));
  static_cast<void>(s.ws.close(4000, "bye"));
  s.run();
  s.receive(s.peer(kOpClose, close_body(4000)));
  s.peer_eof();
  if (!s.collector.closed()) s.advance(100000);
  if (!s.collector.closed()) s.advance(100000);
}

SessionSetup role(bool server) {
  SessionSetup setup;
  setup.server = server;
  return setup;
}

// FAI-05, FAI-07, CLS-15, API-11: the Nth connect(), poll() or tx() fails, for every N, with stalls and without.
TEST(Faults, EveryTransportOperation) {
  for (const bool server : {false, true}) {
    for (const auto& schedule : std::vector<std::vector<std::size_t>>{{}, {20, 0, 1}}) {
      std::size_t total = 1000000;
      for (std::size_t n = 1; n <= total; ++n) {
        Session probe(role(server));
        if (n == 1) {
          probe.link.set_tx_schedule(schedule);
          live(probe);
          EXPECT_EQ(probe.trace().substr(probe.trace().size() - 17), "close 4000 clean\n");
          total = probe.link.operations();
          ASSERT_LT(total, 5000u);
        }
        Session s(role(server));
        s.link.set_tx_schedule(schedule);
        s.link.fail_operation(n);
        live(s);
        if (s.link.connects() == 1 && s.trace().empty()) {
          EXPECT_EQ(n, 1u) << "only connect() itself fails without events";
          continue;
        }
        ASSERT_TRUE(s.collector.closed()) << n;
        EXPECT_EQ(s.collector.count(Event::Type::close), 1u);
        if (s.collector.error() != Error::none) {
          EXPECT_EQ(s.collector.error(), Error::connection_reset) << n;
          EXPECT_EQ(s.collector.close().code == 1006 || s.collector.close().code == 4000, true);
          EXPECT_FALSE(s.collector.close().was_clean);
        }
        EXPECT_EQ(s.link.state(), Link::idle) << n;
      }
    }
  }
}

// REQ-05, MSK-03: the entropy source fails from the Nth call on, for every N: nothing weaker takes its place, no frame
// leaves without a key, and the link ends.
TEST(Faults, EveryEntropyCall) {
  Session probe;
  live(probe);
  const std::size_t total = probe.entropy.calls();
  ASSERT_GE(total, 5u);
  const std::string given = to_text(probe.entropy.given());
  for (std::size_t n = 1; n <= total; ++n) {
    Session s;
    s.entropy.fail_from = n;
    live(s);
    ASSERT_TRUE(s.collector.closed()) << n;
    EXPECT_EQ(s.collector.error(), Error::entropy_failed) << n;
    EXPECT_EQ(s.collector.close().code, 1006);
    EXPECT_EQ(s.link.state(), Link::idle);
    if (n == 1) {
      EXPECT_EQ(s.trace(), failed("entropy_failed"));
      EXPECT_TRUE(s.link.sent().empty()) << "not even a request";
      EXPECT_EQ(s.link.connects(), 0u);
      continue;
    }
    const Buffer& all = s.link.sent();
    const std::size_t head = parse_head(to_text(all)).size;
    const Decoded decoded = decode(Buffer(all.begin() + static_cast<std::ptrdiff_t>(head), all.end()));
    EXPECT_LE(decoded.frames.size(), n - 2) << "each frame had a key of its own";
    for (const Frame& f : decoded.frames) {
      EXPECT_TRUE(f.masked);
      EXPECT_NE(given.find(std::string(f.key.begin(), f.key.end())), std::string::npos);
    }
  }
}

// REQ-05: a failing source is told at once where a call could still say so, or by the events: never silence.
TEST(Faults, EntropyFailsWhileOpen) {
  Session s;
  ASSERT_TRUE(s.open());
  s.entropy.fail_from = s.entropy.calls() + 1;
  s.receive(ping("needs a key"));
  EXPECT_EQ(s.trace(), "open\n" + failed("entropy_failed"));
  EXPECT_EQ(s.sent(), "");
}

// What an event shows is there until the next poll, also if the answer to it is what ends the link.
TEST(Faults, EntropyFailsInTheAnswerToAMessage) {
  Session s;
  ASSERT_TRUE(s.open());
  s.entropy.fail_from = s.entropy.calls() + 1;
  s.link.push(text("question"));
  Event event;
  ASSERT_TRUE(s.ws.poll(s.now, event));
  EXPECT_EQ(s.ws.send("answer"), Status::closed);
  EXPECT_EQ(as_text(event.chunk.data), "question");
  EXPECT_FALSE(s.link.aborted());
  s.run();
  EXPECT_EQ(s.collector.error(), Error::entropy_failed);
  EXPECT_TRUE(s.link.aborted());
}

// W3C bufferedAmount: what was handed over while OPEN and went nowhere stays counted, whichever way it was sent.
TEST(Faults, EntropyFailsInASend) {
  const Bytes parts[] = {as_bytes("half"), as_bytes("half")};
  const std::function<Status(WebSocket&)> sends[] = {[](WebSocket& ws) { return ws.send("halfhalf"); },
                                                     [](WebSocket& ws) { return ws.send(as_bytes("halfhalf")); },
                                                     [&](WebSocket& ws) { return ws.send(MessageType::text, parts); },
                                                     [](WebSocket& ws) {
                                                       std::size_t taken = 0;
                                                       EXPECT_EQ(ws.begin(MessageType::text), Status::ok);
                                                       const Status status = ws.write(as_bytes("halfhalf"), taken);
                                                       EXPECT_EQ(taken, 0u);
                                                       return status;
                                                     }};
  for (const auto& send : sends) {
    Session s;
    ASSERT_TRUE(s.open());
    s.entropy.fail_from = s.entropy.calls() + 1;
    EXPECT_EQ(send(s.ws), Status::closed);
    EXPECT_EQ(s.ws.buffered_amount(), 8u);
    s.run();
    EXPECT_EQ(s.trace(), "open\n" + failed("entropy_failed"));
    EXPECT_EQ(s.ws.buffered_amount(), 8u);
    EXPECT_EQ(s.sent(), "");
  }
}

// REQ-05, CTL-09: no key for a pong that waited, just when the next ping comes in: the transport has let go of that
// ping's bytes then, and nobody looks at them again.
TEST(Faults, EntropyFailsAmidReceiving) {
  Session s;
  ASSERT_TRUE(s.open());
  s.link.placement = Placement::guard;
  s.link.set_tx_budget(0);
  while (s.ws.send("abcdefgh") == Status::ok) {
  }
  while (s.ws.send("") == Status::ok) {
  }
  s.link.push(ping(std::string(125, 'p')) + text("x") + ping("next"));
  Event event;
  ASSERT_TRUE(s.ws.poll(s.now, event));
  EXPECT_EQ(event.type, Event::Type::chunk);
  s.entropy.fail_from = s.entropy.calls() + 1;
  s.link.set_tx_budget(200);
  s.run();
  EXPECT_EQ(s.trace(), "open\n" + failed("entropy_failed"));
}

// REQ-05: two devices whose sources differ send different keys.
TEST(Faults, TwoBoots) {
  std::string keys[2];
  for (int i = 0; i < 2; ++i) {
    SessionSetup setup;
    setup.seed = static_cast<std::uint64_t>(i) + 10;
    Session s(setup);
    ASSERT_EQ(s.start(), Status::ok);
    s.run();
    keys[i] = parse_head(to_text(s.link.sent())).field("Sec-WebSocket-Key");
    EXPECT_EQ(keys[i].size(), 24u);
  }
  EXPECT_NE(keys[0], keys[1]);
}

// REC-08: whatever ended a link, and wherever, the next one on the same socket starts from nothing.
TEST(Faults, NothingIsLeftForTheNextLink) {
  const std::string reference = [] {
    Session s;
    live(s);
    return s.trace();
  }();
  std::size_t total = 0;
  {
    Session probe;
    live(probe);
    total = probe.link.operations();
  }
  for (std::size_t n = 1; n <= total; ++n) {
    Session s;
    s.link.fail_operation(n);
    live(s);
    s.link.fail_operation(0);
    s.link.close(How::abort);
    s.link.take_sent();
    live(s);
    EXPECT_EQ(s.trace(), reference) << n;
  }
  const std::string bad_ends[] = {
      text("\xE2\x82"), text("a", false) + ping("x").substr(0, 2),          "\x82\x7F",
      "\x83",           frame({kOpBinary, true, 0, {}, 0, 100000}, "some"), close_frame(1000, "r").substr(0, 3)};
  for (const std::string& in : bad_ends) {
    Session s;
    ASSERT_TRUE(s.open());
    std::size_t taken = 0;
    EXPECT_EQ(s.ws.begin(MessageType::text, 50), Status::ok);
    EXPECT_EQ(s.ws.write(as_bytes("part \xE2"), taken), Status::ok);
    s.link.set_tx_budget(0);
    EXPECT_EQ(s.ws.ping(), Status::ok);
    s.receive(in);
    s.link.push_reset();
    s.run();
    s.advance(100000);
    ASSERT_TRUE(s.collector.closed());
    s.link.set_tx_budget(MemoryLink::kAll);
    s.link.take_sent();
    live(s);
    EXPECT_EQ(s.trace(), reference);
  }
}

}  // namespace
}  // namespace whit::test
