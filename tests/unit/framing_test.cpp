// Frames as they come in and go out: RFC 6455 5.2.
#include "vectors/framing.hpp"

#include <gtest/gtest.h>

#include "wire/mask.hpp"

namespace whit::test {
namespace {

// FRM-01, MSK-04, MSK-08
TEST(Framing, ExamplesOfTheRfc) {
  for (const Vector& vector : rfc_examples()) expect_everywhere(vector);
}

// FRM-01, MSK-01: the same examples, sent.
TEST(Framing, ExamplesOfTheRfcSent) {
  SessionSetup server;
  server.server = true;
  Session session(server);
  ASSERT_TRUE(session.open());
  EXPECT_EQ(session.ws.send("Hello"), Status::ok);
  EXPECT_EQ(session.ws.ping(as_bytes("Hello")), Status::ok);
  session.run();
  session.frames();
  const std::string hello = hex("81 05 48 65 6c 6c 6f"), ping_hello = hex("89 05 48 65 6c 6c 6f");
  EXPECT_EQ(to_text(session.wire()), ping_hello + hello) << "a ping overtakes queued messages";
}

// FRM-02, FRM-10
TEST(Framing, EveryLengthAtTheBoundaries) {
  for (const Vector& vector : lengths()) expect_everywhere(vector);
}

// FRM-02, FRM-03: sent lengths take the shortest form; the session's decoder checks it.
TEST(Framing, SentLengths) {
  for (const std::size_t n : std::vector<std::size_t>{0, 1, 125, 126, 127, 128, 65535, 65536, 65537, 80000}) {
    SessionSetup setup;
    setup.ring = 120000;
    Session session(setup);
    ASSERT_TRUE(session.open());
    const std::string data(n, 'q');
    EXPECT_EQ(session.ws.send(data), Status::ok);
    session.run();
    EXPECT_EQ(session.ws.send(as_bytes(data)), Status::ok);
    session.run();
    const std::vector<Frame> frames = session.frames();
    ASSERT_EQ(frames.size(), 2u) << n;
    EXPECT_EQ(frames[0].opcode, kOpText);
    EXPECT_EQ(frames[0].payload, data);
    EXPECT_EQ(frames[1].opcode, kOpBinary);
    EXPECT_EQ(frames[1].payload, data);
    EXPECT_TRUE(session.sent_rest().empty());
  }
}

// FRM-04, FRM-05, CTL-01
TEST(Framing, LengthsThatAreWrong) {
  for (const Vector& vector : bad_lengths()) expect_everywhere(vector);
}

// FRM-07, FRM-08
TEST(Framing, ReservedBitsAndOpcodes) {
  for (const Vector& vector : reserved()) expect_everywhere(vector);
}

// FRM-06: lengths beyond 32 bits stay what they are. Without a limit the payload is simply awaited, and 32-bit
// arithmetic would take the next frame for payload or payload for a frame.
TEST(Framing, HugeLengthsAreNotTruncated) {
  for (const std::uint64_t n : {std::uint64_t{1} << 31, (std::uint64_t{1} << 32) - 1, std::uint64_t{1} << 32,
                                (std::uint64_t{1} << 32) + 5, (std::uint64_t{1} << 63) - 1}) {
    Session session;
    ASSERT_TRUE(session.open());
    session.receive(frame({kOpBinary, true, 0, {}, 0, n}, "12345") + ping("not a ping"));
    EXPECT_EQ(session.sent(), "") << n;
    EXPECT_EQ(session.collector.partial.size(), 5 + ping("not a ping").size()) << n;
    EXPECT_EQ(session.collector.records.back().total, n);
    EXPECT_TRUE(session.collector.messages.empty());
    session.peer_eof();
    EXPECT_EQ(session.collector.error(), Error::connection_lost);
  }
}

// FRM-06, LIM-01: with a limit they are refused at the header, with 1009.
TEST(Framing, HugeLengthsAboveTheLimit) {
  for (const std::uint64_t n : {std::uint64_t{1} << 31, (std::uint64_t{1} << 32) - 1, std::uint64_t{1} << 32,
                                (std::uint64_t{1} << 32) + 5, (std::uint64_t{1} << 63) - 1}) {
    Session session;
    session.client_options.max_message_size = 1000;
    ASSERT_TRUE(session.open());
    session.receive(frame({kOpBinary, true, 0, {}, 0, n}));
    EXPECT_EQ(session.sent(), "close 1009") << n;
    session.peer_eof();
    EXPECT_EQ(session.collector.error(), Error::message_too_big);
  }
}

// FRM-09: the octet that breaks the rule is enough; nothing behind it is waited for.
TEST(Framing, ViolationsShowAtOnce) {
  const struct {
    std::string bytes;
    Error error;
  } kCases[] = {
      {"\x83", Error::reserved_opcode},
      {"\x8B", Error::reserved_opcode},
      {"\xC1", Error::reserved_bits},
      {"\x91", Error::reserved_bits},
      {"\x09", Error::control_fragmented},
      {"\x80", Error::unexpected_continuation},
      {"\x81\x80", Error::masked_frame},
      {"\x89\x7E", Error::control_too_long},
      {"\x88\x7F", Error::control_too_long},
      {"\x82\x7F\x80", Error::length_overflow},
      {std::string("\x82\x7E\x00\x7D", 4), Error::length_not_minimal},
  };
  for (const auto& c : kCases) {
    Session session;
    ASSERT_TRUE(session.open());
    session.link.push(c.bytes.substr(0, c.bytes.size() - 1));
    session.run();
    EXPECT_EQ(session.sent(), "");
    EXPECT_EQ(session.ws.ready_state(), ReadyState::open);
    session.receive(c.bytes.substr(c.bytes.size() - 1));
    EXPECT_EQ(session.sent(), "close 1002") << to_string(c.error);
    EXPECT_NE(session.ws.ready_state(), ReadyState::open);
    session.peer_eof();
    EXPECT_EQ(session.collector.error(), c.error);
  }
}

// FRM-10: a thousand frames in one read are the same as byte by byte.
TEST(Framing, ManyFramesAtOnce) {
  std::string in, trace;
  for (int i = 0; i < 1000; ++i) {
    in += text("m" + std::to_string(i));
    trace += got_text("m" + std::to_string(i));
  }
  for (const std::size_t chunk : std::vector<std::size_t>{0, 1, 13, 4096}) {
    Session session;
    ASSERT_TRUE(session.open());
    session.receive(in, chunk);
    EXPECT_EQ(session.trace(), "open\n" + trace);
  }
}

// FRM-12, REQ-14: the transport stalls at every byte of the stream for a second; the peer's decoder never loses step.
TEST(Framing, StallAtEveryByte) {
  std::size_t size = 1;
  for (std::size_t stop = 0; stop < size; ++stop) {
    SessionSetup setup;
    setup.ring = 700;
    Session session(setup);
    ASSERT_TRUE(session.open());
    session.link.set_tx_budget(stop);
    EXPECT_EQ(session.ws.send("first"), Status::ok);
    EXPECT_EQ(session.ws.send(std::string(200, 'b')), Status::ok);
    session.receive(ping("now"));
    EXPECT_EQ(session.ws.send("last"), Status::ok);
    session.advance(1000);
    EXPECT_EQ(session.wire().size(), stop);
    session.link.set_tx_budget(MemoryLink::kAll);
    session.run();
    size = session.wire().size();
    EXPECT_EQ(messages_of(session.frames()).size(), 3u);
    EXPECT_EQ(session.frames().size(), 4u);
    EXPECT_EQ(session.sent_rest(), "");
  }
  EXPECT_GT(size, 220u);
}

}  // namespace
}  // namespace whit::test
