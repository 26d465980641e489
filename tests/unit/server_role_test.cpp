// The server role in the same core: WebSocket::accept(), and both ends back to back.
#include <gtest/gtest.h>

#include "vectors/build.hpp"

namespace whit::test {
namespace {

SessionSetup as_server() {
  SessionSetup setup;
  setup.server = true;
  return setup;
}

// A client may end its direction behind its request, and is answered all the same, however slowly it reads.
TEST(ServerRole, AnswersWhoHasEndedItsDirection) {
  Session s{as_server()};
  s.server_options.on_request = [](void*, const Request&) {
    static const std::string page(2000, 'x');
    Answer given;
    given.status = 404;
    given.content_type = "text/plain";
    given.body = page;
    return given;
  };
  ASSERT_EQ(s.start(), Status::ok);
  s.link.set_tx_schedule({100});
  s.link.push("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  s.link.push_eof();
  s.run();
  const std::string sent = to_text(s.link.sent());
  const Head head = parse_head(sent);
  EXPECT_EQ(head.start.substr(0, 13), "HTTP/1.1 404 ");
  EXPECT_EQ(sent.size() - head.size, 2000u);
}

// Two real ends with two links between which bytes are carried by hand.
struct Pair {
  Session client, server{as_server()};

  bool open(std::size_t chunk = 0) {
    EXPECT_EQ(client.start(), Status::ok);
    EXPECT_EQ(server.start(), Status::ok);
    settle(chunk);
    return client.collector.opened() && server.collector.opened();
  }
  void settle(std::size_t chunk = 0) {
    for (int i = 0; i < 100000; ++i) {
      client.run();
      server.run();
      if (client.link.sent().empty() && server.link.sent().empty() && client.link.fin() == sent_client_fin_ &&
          server.link.fin() == sent_server_fin_) {
        return;
      }
      sent_client_fin_ = client.link.fin();
      sent_server_fin_ = server.link.fin();
      for (const std::uint8_t byte : client.link.sent()) from_client.push_back(byte);
      for (const std::uint8_t byte : server.link.sent()) from_server.push_back(byte);
      ferry(client.link, server.link, chunk);
      ferry(server.link, client.link, chunk);
    }
    ADD_FAILURE() << "never settles";
  }
  Buffer from_client, from_server;

 private:
  bool sent_client_fin_ = false, sent_server_fin_ = false;
};

std::vector<Frame> frames_behind_head(const Buffer& bytes, bool from_client) {
  const std::size_t head = parse_head(to_text(bytes)).size;
  const Decoded decoded = decode(Buffer(bytes.begin() + static_cast<std::ptrdiff_t>(head), bytes.end()));
  EXPECT_EQ(find_fault(decoded.frames, from_client), "");
  EXPECT_EQ(decoded.rest, "");
  return decoded.frames;
}

// FRM-02, MSK-07, MSK-08, CLS-06, CLS-11: a whole life, byte by byte and in one piece.
TEST(ServerRole, BackToBack) {
  for (const std::size_t chunk : std::vector<std::size_t>{0, 1, 3, 50}) {
    Pair p;
    ASSERT_TRUE(p.open(chunk));
    EXPECT_EQ(p.client.ws.send("from the client"), Status::ok);
    EXPECT_EQ(p.server.ws.send("from the server"), Status::ok);
    EXPECT_EQ(p.client.ws.send(as_bytes(std::string_view("\0\xFF", 2))), Status::ok);
    EXPECT_EQ(p.client.ws.ping(as_bytes("c")), Status::ok);
    EXPECT_EQ(p.server.ws.ping(as_bytes("s")), Status::ok);
    p.settle(chunk);
    EXPECT_EQ(p.client.ws.close(4321, "enough"), Status::ok);
    p.settle(chunk);
    EXPECT_EQ(p.server.trace(), "open\n" + got_text("from the client") + got_binary(std::string("\0\xFF", 2)) +
                                    "pong\nclose 4321 clean enough\n");
    EXPECT_EQ(p.client.trace(), "open\n" + got_text("from the server") + "pong\nclose 4321 clean\n");
    frames_behind_head(p.from_client, true);
    frames_behind_head(p.from_server, false);
    EXPECT_EQ(p.client.link.state(), Link::idle);
    EXPECT_EQ(p.server.link.state(), Link::idle);
  }
}

// CLS-13: both close at once.
TEST(ServerRole, BothCloseAtOnce) {
  Pair p;
  ASSERT_TRUE(p.open());
  EXPECT_EQ(p.client.ws.close(4001), Status::ok);
  EXPECT_EQ(p.server.ws.close(4002), Status::ok);
  p.settle();
  EXPECT_EQ(p.client.trace(), "open\nclose 4002 clean\n");
  EXPECT_EQ(p.server.trace(), "open\nclose 4001 clean\n");
  EXPECT_EQ(frames_behind_head(p.from_client, true).size(), 1u);
  EXPECT_EQ(frames_behind_head(p.from_server, false).size(), 1u);
}

// MSK-07: a server needs no entropy, because it masks nothing.
TEST(ServerRole, NoEntropyNeeded) {
  Session s(as_server());
  s.entropy.fail_from = 1;
  ASSERT_TRUE(s.open());
  EXPECT_EQ(s.ws.send("unmasked"), Status::ok);
  s.receive(s.peer(kOpPing, "x"));
  EXPECT_EQ(s.entropy.calls(), 0u);
  EXPECT_EQ(s.frames().size(), 2u);
}

// CLS-04: a server may also say that it goes away, restarts, or is overloaded.
TEST(ServerRole, CloseCodes) {
  for (unsigned code = 990; code < 5010; ++code) {
    const bool allowed = code == 1000 || code == 1001 || code == 1008 || (code >= 1011 && code <= 1014) ||
                         (code >= 3000 && code <= 4999);
    Session s(as_server());
    ASSERT_TRUE(s.open());
    EXPECT_EQ(s.ws.close(static_cast<std::uint16_t>(code)), allowed ? Status::ok : Status::bad_close_code) << code;
    s.run();
    EXPECT_EQ(s.sent(), allowed ? "close " + std::to_string(code) : "");
  }
}

// SRV-20, HTP-12: frames that came with the request are kept for after the 101, at every split.
TEST(ServerRole, FramesBehindTheRequest) {
  FrameSpec masked;
  masked.key = {9, 8, 7, 6};
  const std::string all = request_text() + frame(masked, "early") + frame(masked, "bird");
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    Session s(as_server());
    ASSERT_EQ(s.start(), Status::ok);
    s.receive(all.substr(0, cut));
    s.receive(all.substr(cut));
    ASSERT_EQ(s.trace(), "open\n" + got_text("early") + got_text("bird")) << cut;
  }
}

// MSK-08: unmasked in place, whatever the cut and the key's phase; the guard page sees a step too far.
TEST(ServerRole, UnmaskedAtEveryCut) {
  std::string data;
  for (int i = 0; i < 150; ++i) data += static_cast<char>(i * 11);
  FrameSpec masked;
  masked.opcode = kOpBinary;
  masked.key = {0xFF, 0x01, 0x80, 0x7E};
  const std::string in = frame(masked, data);
  for (const Placement placement : {Placement::heap, Placement::guard}) {
    for (std::size_t cut = 0; cut <= in.size(); ++cut) {
      Session s(as_server());
      ASSERT_TRUE(s.open());
      s.link.placement = placement;
      s.link.push(in.substr(0, cut));
      s.receive(in.substr(cut));
      ASSERT_EQ(s.trace(), "open\n" + got_binary(data)) << cut;
    }
  }
}

// UTF-01, UTF-03: the text behind the mask is what counts.
TEST(ServerRole, TextIsValidatedUnmasked) {
  FrameSpec masked;
  masked.key = {0xC0, 0xC0, 0xC0, 0xC0};
  Vector good = passes("masked text", frame(masked, "plain \xE2\x82\xAC"), got_text("plain \xE2\x82\xAC"));
  Vector bad = breaks("masked bad text", frame(masked, "\xC0\xAF"), "bad_utf8", 1007);
  good.server = bad.server = true;
  expect_everywhere(good);
  expect_everywhere(bad);
}

// KAL-01, TMR-02: timers of the server role.
TEST(ServerRole, Timers) {
  Session silent(as_server());
  silent.server_options.handshake_timeout_ms = 700;
  ASSERT_EQ(silent.start(), Status::ok);
  silent.run();
  silent.sleep_through(699);
  EXPECT_FALSE(silent.collector.closed());
  silent.sleep_through(10);
  EXPECT_EQ(silent.collector.error(), Error::handshake_timeout);
  Session idle(as_server());
  idle.server_options.ping_interval_ms = 500;
  ASSERT_TRUE(idle.open());
  idle.sleep_through(500);
  EXPECT_EQ(idle.frames().size(), 1u);
}

// REC-08: one socket may be client and server in turn.
TEST(ServerRole, InTurnWithTheClientRole) {
  Session s;
  ASSERT_TRUE(s.open());
  s.receive(close_frame(1000));
  s.peer_eof();
  s.setup.server = true;
  ASSERT_TRUE(s.open());
  EXPECT_EQ(s.ws.url(), "");
  s.receive(s.peer(kOpText, "masked now"));
  EXPECT_EQ(s.ws.send("not masked now"), Status::ok);
  s.run();
  EXPECT_EQ(s.frames().size(), 1u);
  s.receive(s.peer(kOpClose, close_body(1000)));
  s.peer_eof();
  s.setup.server = false;
  ASSERT_TRUE(s.open());
  s.receive(text("plain again"));
  EXPECT_EQ(s.trace(), "open\n" + got_text("plain again"));
}

// SRV-01: what a client sends behind its request waits until the answer is out, and the loop may sleep meanwhile.
TEST(ServerRole, SleepsWhileItsAnswerIsBlocked) {
  const std::string name(60, 'n');  // so that the answer is longer than the ring
  const std::string_view names[] = {name};
  SessionSetup setup = as_server();
  setup.ring = kMinRing;
  Session session(setup);
  session.server_options.subprotocols = Span<const std::string_view>(names);
  ASSERT_EQ(session.start(), Status::ok);
  session.link.set_tx_budget(0);
  session.link.push(request_text("Sec-WebSocket-Protocol: " + name + "\r\n") + session.peer(kOpText, "early"));
  for (int i = 0; i < 5; ++i) {
    Event event;
    EXPECT_FALSE(session.ws.poll(session.now, event));
  }
  EXPECT_FALSE(session.ws.next_deadline().is_immediate());
  session.link.set_tx_budget(MemoryLink::kAll);
  session.run();
  EXPECT_EQ(session.trace(), "open\ntext 5 early\n");
}

}  // namespace
}  // namespace whit::test
