// begin(), write(), end(): messages of unknown length as fragments, of known length as one frame.
#include <gtest/gtest.h>

#include "vectors/build.hpp"

namespace whit::test {
namespace {

// Writes all of `data` as an application does: what was not taken is offered again after the transport has moved.
void write_all(Session& s, std::string_view data, std::size_t piece) {
  std::size_t at = 0;
  for (int tries = 0; at != data.size() && tries < 1000000; ++tries) {
    std::size_t taken = 0;
    const Bytes offer = as_bytes(data.substr(at, piece));
    const Status status = s.ws.write(offer, taken);
    ASSERT_TRUE(status == Status::ok || status == Status::would_block) << to_string(status);
    ASSERT_EQ(taken != 0, status == Status::ok);
    ASSERT_LE(taken, offer.size());
    at += taken;
    if (at != data.size() && taken != offer.size()) s.run();
  }
  ASSERT_EQ(at, data.size());
}

Status end_it(Session& s) {
  for (int i = 0; i < 1000; ++i) {
    const Status status = s.ws.end();
    if (status != Status::would_block) return status;
    s.run();
  }
  return Status::would_block;
}

std::string sample(std::size_t size) {
  std::string data;
  while (data.size() < size) data += "\xE2\x82\xAC" + std::to_string(data.size());
  return data;
}

// FRG-08, FRG-02: the first fragment has the type, the rest none, the last FIN; at every size of ring and piece.
TEST(StreamSend, Fragments) {
  const std::string data = sample(900);
  for (std::size_t ring = kMinRing; ring < 300; ring += 5) {
    for (const std::size_t piece : std::vector<std::size_t>{1, 2, 50, 400, 5000}) {
      SessionSetup setup;
      setup.ring = ring;
      Session s(setup);
      ASSERT_TRUE(s.open());
      s.link.set_tx_schedule({3, 0, 200});
      ASSERT_EQ(s.ws.begin(MessageType::text), Status::ok);
      write_all(s, data, piece);
      ASSERT_EQ(end_it(s), Status::ok);
      s.run();
      const auto messages = messages_of(s.frames());
      ASSERT_GE(messages.size(), 1u);
      ASSERT_TRUE(messages[0].second == data) << ring << " " << piece;
      ASSERT_EQ(messages[0].first, kOpText);
      ASSERT_EQ(s.sent_rest(), "");
    }
  }
}

// FRM-12, FRG-09: one frame larger than any ring, through every pattern of short writes.
TEST(StreamSend, SizedFrame) {
  for (const std::size_t ring : {kMinRing, kMinRing + 1, std::size_t{200}, std::size_t{512}}) {
    for (const std::size_t size : std::vector<std::size_t>{0, 1, 125, 126, 400, 5000, 65535, 65536, 70000}) {
      for (const auto& schedule : std::vector<std::vector<std::size_t>>{{}, {1, 700}, {0, 64, 3}}) {
        SessionSetup setup;
        setup.ring = ring;
        Session s(setup);
        ASSERT_TRUE(s.open());
        s.link.set_tx_schedule(schedule);
        const std::string data = sample(size).substr(0, size);
        ASSERT_EQ(s.ws.begin(MessageType::binary, size), Status::ok);
        write_all(s, data, 1000);
        ASSERT_EQ(end_it(s), Status::ok);
        s.run();
        const std::vector<Frame> frames = s.frames();
        ASSERT_EQ(frames.size(), 1u) << size;
        ASSERT_TRUE(frames[0].payload == data);
        ASSERT_EQ(frames[0].opcode, kOpBinary);
        ASSERT_EQ(s.ws.buffered_amount(), 0u);
      }
    }
  }
}

// FRG-09, CTL-05: pongs go between fragments and wait for a sized frame's last byte.
TEST(StreamSend, PongsDuringAMessage) {
  Session s;
  ASSERT_TRUE(s.open());
  std::size_t taken = 0;
  ASSERT_EQ(s.ws.begin(MessageType::binary), Status::ok);
  ASSERT_EQ(s.ws.write(as_bytes("one"), taken), Status::ok);
  s.receive(ping("between"));
  ASSERT_EQ(s.ws.write(as_bytes("two"), taken), Status::ok);
  ASSERT_EQ(s.ws.end(), Status::ok);
  s.run();
  const std::vector<Frame> frames = s.frames();
  ASSERT_GE(frames.size(), 3u);
  EXPECT_EQ(frames[1].payload, "between");
  EXPECT_EQ(messages_of(frames).at(0).second, "onetwo");

  Session sized;
  ASSERT_TRUE(sized.open());
  ASSERT_EQ(sized.ws.begin(MessageType::binary, 1000), Status::ok);
  write_all(sized, std::string(600, 'x'), 1000);
  sized.receive(ping("early") + ping("late"));
  write_all(sized, std::string(400, 'y'), 1000);
  ASSERT_EQ(sized.ws.end(), Status::ok);
  sized.run();
  const std::vector<Frame> all = sized.frames();
  ASSERT_GE(all.size(), 2u);
  EXPECT_EQ(all[0].payload, std::string(600, 'x') + std::string(400, 'y'));
  EXPECT_EQ(all.back().payload, "late");
}

// FRG-08: misuse changes nothing.
TEST(StreamSend, Misuse) {
  Session s;
  ASSERT_TRUE(s.open());
  std::size_t taken = 77;
  EXPECT_EQ(s.ws.write(as_bytes("x"), taken), Status::invalid_state);
  EXPECT_EQ(s.ws.end(), Status::invalid_state);
  ASSERT_EQ(s.ws.begin(MessageType::text), Status::ok);
  EXPECT_EQ(s.ws.begin(MessageType::text), Status::invalid_state);
  EXPECT_EQ(s.ws.begin(MessageType::binary, 5), Status::invalid_state);
  EXPECT_EQ(s.ws.send("two at once"), Status::invalid_state);
  EXPECT_EQ(s.ws.send(as_bytes("two at once")), Status::invalid_state);
  ASSERT_EQ(s.ws.write(as_bytes("a"), taken), Status::ok);
  EXPECT_EQ(taken, 1u);
  EXPECT_EQ(s.ws.write(Bytes(), taken), Status::ok);
  EXPECT_EQ(taken, 0u);
  ASSERT_EQ(s.ws.end(), Status::ok);
  EXPECT_EQ(s.ws.end(), Status::invalid_state);

  ASSERT_EQ(s.ws.begin(MessageType::binary, 5), Status::ok);
  EXPECT_EQ(s.ws.end(), Status::size_mismatch);
  EXPECT_EQ(s.ws.write(as_bytes("123456"), taken), Status::size_mismatch);
  EXPECT_EQ(taken, 0u);
  EXPECT_EQ(s.ws.write(as_bytes("1234"), taken), Status::ok);
  EXPECT_EQ(s.ws.write(as_bytes("56"), taken), Status::size_mismatch);
  EXPECT_EQ(taken, 0u);
  EXPECT_EQ(s.ws.end(), Status::size_mismatch);
  EXPECT_EQ(s.ws.write(as_bytes("5"), taken), Status::ok);
  EXPECT_EQ(s.ws.write(as_bytes("6"), taken), Status::size_mismatch);
  EXPECT_EQ(s.ws.end(), Status::ok);
  s.run();
  const auto messages = messages_of(s.frames());
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].second, "a");
  EXPECT_EQ(messages[1].second, "12345");
}

// FRM-05: a frame's length has 63 bits.
TEST(StreamSend, SizeBeyondTheProtocol) {
  Session s;
  ASSERT_TRUE(s.open());
  EXPECT_EQ(s.ws.begin(MessageType::binary, ~std::size_t{0}), Status::message_too_big);
  EXPECT_EQ(s.ws.begin(MessageType::binary, static_cast<std::size_t>(std::uint64_t{1} << 63)), Status::message_too_big);
  EXPECT_EQ(s.ws.send("still fine"), Status::ok);
  s.run();
  EXPECT_EQ(s.sent(), "text still fine");
}

// UTF-08: streamed text is validated across writes; what is refused can be mended.
TEST(StreamSend, TextIsValidated) {
  for (const bool sized : {false, true}) {
    Session s;
    ASSERT_TRUE(s.open());
    std::size_t taken = 0;
    ASSERT_EQ(sized ? s.ws.begin(MessageType::text, 4) : s.ws.begin(MessageType::text), Status::ok);
    EXPECT_EQ(s.ws.write(as_bytes("\xFF"), taken), Status::bad_utf8);
    EXPECT_EQ(taken, 0u);
    EXPECT_EQ(s.ws.write(as_bytes("a\xE2"), taken), Status::ok);
    EXPECT_EQ(taken, 2u);
    EXPECT_EQ(s.ws.end(), sized ? Status::size_mismatch : Status::bad_utf8);
    EXPECT_EQ(s.ws.write(as_bytes("x"), taken), Status::bad_utf8);
    EXPECT_EQ(s.ws.write(as_bytes("\x82\xAC"), taken), Status::ok);
    EXPECT_EQ(s.ws.end(), Status::ok);
    s.run();
    EXPECT_EQ(messages_of(s.frames()).at(0).second, "a\xE2\x82\xAC");
  }
}

// UTF-08: bytes that were validated but not taken are validated again when they are offered again.
TEST(StreamSend, PartlyTakenText) {
  const std::string data = sample(3000);
  for (std::size_t ring = kMinRing; ring < kMinRing + 40; ++ring) {
    SessionSetup setup;
    setup.ring = ring;
    Session s(setup);
    ASSERT_TRUE(s.open());
    s.link.set_tx_schedule({11, 0, 5});
    ASSERT_EQ(s.ws.begin(MessageType::text, data.size()), Status::ok);
    write_all(s, data, 300);
    ASSERT_EQ(end_it(s), Status::ok);
    s.run();
    ASSERT_TRUE(messages_of(s.frames()).at(0).second == data);
  }
}

// FRM-11: close() between fragments: no data behind the Close.
TEST(StreamSend, CloseBetweenFragments) {
  Session s;
  ASSERT_TRUE(s.open());
  std::size_t taken = 0;
  ASSERT_EQ(s.ws.begin(MessageType::text), Status::ok);
  ASSERT_EQ(s.ws.write(as_bytes("part"), taken), Status::ok);
  EXPECT_EQ(s.ws.close(1000), Status::ok);
  EXPECT_EQ(s.ws.write(as_bytes("more"), taken), Status::closed);
  EXPECT_EQ(s.ws.end(), Status::closed);
  s.run();
  EXPECT_EQ(s.sent(), "text+ part|close 1000");
  s.receive(close_frame(1000));
  s.peer_eof();
  EXPECT_TRUE(s.collector.close().was_clean);
}

// FRM-12: close() within a sized frame waits until it is complete; the application may complete it.
TEST(StreamSend, CloseWithinASizedFrame) {
  Session s;
  ASSERT_TRUE(s.open());
  ASSERT_EQ(s.ws.begin(MessageType::binary, 1000), Status::ok);
  write_all(s, std::string(700, 'a'), 1000);
  EXPECT_EQ(s.ws.close(1000, "done"), Status::ok);
  s.run();
  EXPECT_EQ(s.sent(), "");
  write_all(s, std::string(300, 'b'), 1000);
  s.run();
  EXPECT_EQ(s.sent(), "binary #1000|close 1000 done");
  s.receive(close_frame(1000));
  s.peer_eof();
  EXPECT_EQ(s.trace(), "open\nclose 1000 clean\n");
}

// CLS-07: the peer's Close within our sized frame: the frame may be completed, and ours comes behind it.
TEST(StreamSend, PeersCloseWithinASizedFrame) {
  Session s;
  ASSERT_TRUE(s.open());
  ASSERT_EQ(s.ws.begin(MessageType::text, 1000), Status::ok);
  write_all(s, std::string(700, 'a'), 1000);
  s.receive(close_frame(1009, "enough"));
  EXPECT_EQ(s.ws.ready_state(), ReadyState::closing);
  EXPECT_EQ(s.ws.end(), Status::size_mismatch);
  write_all(s, std::string(300, 'b'), 100);
  EXPECT_EQ(s.ws.end(), Status::ok);
  EXPECT_EQ(s.ws.end(), Status::closed);
  s.run();
  EXPECT_EQ(s.sent(), "text #1000|close 1009");
  s.peer_eof();
  EXPECT_EQ(s.trace(), "open\nclose 1009 clean enough\n");
}

// FRM-12, CLS-07: of fragments nothing more goes out.
TEST(StreamSend, PeersCloseWithinFragments) {
  Session s;
  ASSERT_TRUE(s.open());
  ASSERT_EQ(s.ws.begin(MessageType::binary), Status::ok);
  write_all(s, std::string(10, 'a'), 10);
  s.run();
  s.receive(close_frame(1000));
  std::size_t taken = 0;
  EXPECT_EQ(s.ws.write(as_bytes(std::string_view("b")), taken), Status::closed);
  EXPECT_EQ(s.ws.end(), Status::closed);
  s.peer_eof();
  EXPECT_EQ(s.trace(), "open\nclose 1000 clean\n");
}

// CLS-07: a peer that ends TCP behind its Close does not wait for the rest of our frame.
TEST(StreamSend, PeersCloseAndEndWithinASizedFrame) {
  SessionSetup setup;
  Session s(setup);
  s.client_options.close_timeout_ms = 0;
  ASSERT_TRUE(s.open());
  ASSERT_EQ(s.ws.begin(MessageType::binary, 1000), Status::ok);
  write_all(s, std::string(700, 'a'), 1000);
  s.receive(close_frame(1009));
  EXPECT_FALSE(s.collector.closed());
  s.peer_eof();
  EXPECT_EQ(s.trace(), "open\nerror connection_lost\nclose 1009 unclean\n");
}

// CLS-07: nobody completes the frame: bounded in time, and never a stray byte.
TEST(StreamSend, PeersCloseWithinASizedFrameThatIsLeft) {
  Session s;
  ASSERT_TRUE(s.open());
  ASSERT_EQ(s.ws.begin(MessageType::binary, 1000), Status::ok);
  write_all(s, std::string(700, 'a'), 1000);
  s.receive(close_frame(1000));
  s.sleep_through(60000);
  EXPECT_EQ(s.collector.error(), Error::close_timeout);
  const Decoded decoded = decode(s.wire());
  EXPECT_TRUE(decoded.frames.empty());
  EXPECT_LE(decoded.rest.size(), 708u);
}

// API-09: what was written counts until the transport has it.
TEST(StreamSend, BufferedAmount) {
  Session s;
  ASSERT_TRUE(s.open());
  s.link.set_tx_budget(0);
  std::size_t taken = 0;
  ASSERT_EQ(s.ws.begin(MessageType::binary, 5000), Status::ok);
  const std::string data(5000, 'd');
  ASSERT_EQ(s.ws.write(as_bytes(data), taken), Status::ok);
  EXPECT_EQ(s.ws.buffered_amount(), taken);
  s.link.set_tx_budget(8 + 100);
  s.run();
  EXPECT_EQ(s.ws.buffered_amount(), taken - 100);
  s.link.set_tx_budget(MemoryLink::kAll);
  s.run();
  EXPECT_EQ(s.ws.buffered_amount(), 0u);
}

// An echo in constant memory: write() from a chunk's view, flush() to make room, the view stays valid.
TEST(StreamSend, EchoFromTheView) {
  SessionSetup setup;
  setup.ring = kMinRing;
  Session s(setup);
  ASSERT_TRUE(s.open());
  s.link.set_tx_schedule({13, 0, 90});
  const std::string data = sample(20000);
  s.link.push(text(data), 1460);
  Event event;
  for (int polls = 0; polls < 100000; ++polls) {
    if (!s.ws.poll(s.now, event)) {
      if (s.link.unread() == 0 && !s.ws.next_deadline().is_immediate()) break;
      continue;
    }
    const Chunk& chunk = event.chunk;
    if (chunk.first) {
      while (s.ws.begin(chunk.type, static_cast<std::size_t>(chunk.total)) == Status::would_block)
        ASSERT_TRUE(s.ws.flush(s.now));
    }
    for (Bytes rest(chunk.data.data(), chunk.data.size()); !rest.empty();) {
      std::size_t taken = 0;
      const Status status = s.ws.write(rest, taken);
      ASSERT_TRUE(status == Status::ok || status == Status::would_block);
      rest = rest.drop(taken);
      ASSERT_TRUE(s.ws.flush(s.now));
    }
    if (chunk.last) {
      EXPECT_EQ(s.ws.end(), Status::ok);
    }
  }
  s.run();
  ASSERT_EQ(s.frames().size(), 1u);
  EXPECT_TRUE(s.frames()[0].payload == data);
}

}  // namespace
}  // namespace whit::test
