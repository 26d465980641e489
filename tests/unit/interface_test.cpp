// The W3C's interface: states, events, close(), bufferedAmount.
#include <gtest/gtest.h>

#include "vectors/build.hpp"

namespace whit::test {
namespace {

// API-02: errors of the arguments come at once, before the network is used and without events.
TEST(Interface, ArgumentsAreCheckedFirst) {
  const std::string_view twice[] = {"a", "a"};
  const struct {
    const char* url;
    bool protocols;
    Status status;
  } kCases[] = {{"wsx://h/", false, Status::bad_url},
                {"ws://h/#f", false, Status::bad_url},
                {"", false, Status::bad_url},
                {"ws://h/", true, Status::bad_subprotocol},
                {"wss://h/", false, Status::wrong_transport}};
  for (const auto& c : kCases) {
    Session s;
    s.setup.url = c.url;
    if (c.protocols) s.client_options.subprotocols = Span<const std::string_view>(twice);
    EXPECT_EQ(s.start(), c.status) << c.url;
    s.run();
    EXPECT_EQ(s.trace(), "");
    EXPECT_EQ(s.link.connects(), 0u);
    EXPECT_EQ(s.ws.ready_state(), ReadyState::closed);
    s.setup.url = "ws://example.com/";
    s.client_options.subprotocols = {};
    EXPECT_TRUE(s.open()) << "and nothing is left of the failed call";
  }
}

// API-02: ws over a secure transport is refused as well.
TEST(Interface, WrongTransport) {
  Session s;
  s.link.secure_flag = true;
  EXPECT_EQ(s.start(), Status::wrong_transport);
  s.setup.url = "wss://example.com/";
  EXPECT_TRUE(s.open());
}

TEST(Interface, RingTooSmall) {
  for (const std::size_t ring : {std::size_t{0}, std::size_t{1}, kMinRing - 1}) {
    SessionSetup setup;
    setup.ring = ring;
    Session s(setup);
    EXPECT_EQ(s.start(), Status::ring_too_small);
    EXPECT_EQ(s.link.connects(), 0u);
    setup.server = true;
    Session server(setup);
    EXPECT_EQ(server.start(), Status::ring_too_small);
  }
  SessionSetup setup;
  setup.ring = kMinRing;
  Session s(setup);
  EXPECT_TRUE(s.open());
}

TEST(Interface, TransportThatCannotStart) {
  Session s;
  s.link.refuse_connect = true;
  EXPECT_EQ(s.start(), Status::transport_failed);
  s.run();
  EXPECT_EQ(s.trace(), "");
  EXPECT_EQ(s.ws.ready_state(), ReadyState::closed);
}

TEST(Interface, OneLinkAtATime) {
  Session s;
  ASSERT_EQ(s.start(), Status::ok);
  EXPECT_EQ(s.ws.connect("ws://other/", s.client_options, s.now), Status::invalid_state);
  s.run();
  EXPECT_EQ(s.ws.connect("ws://other/", s.client_options, s.now), Status::invalid_state);
  EXPECT_EQ(s.link.connects(), 1u);
  EXPECT_EQ(s.ws.url(), s.setup.url);
}

// API-03, API-07: all four states; a valid close() in CLOSING or CLOSED does nothing.
TEST(Interface, CloseInEveryState) {
  Session s;
  EXPECT_EQ(s.ws.close(), Status::ok);
  EXPECT_EQ(s.ws.close(1001), Status::bad_close_code);
  s.run();
  EXPECT_EQ(s.trace(), "");
  ASSERT_TRUE(s.open());
  EXPECT_EQ(s.ws.close(1005), Status::bad_close_code);
  EXPECT_EQ(s.ws.ready_state(), ReadyState::open);
  EXPECT_EQ(s.ws.close(3000), Status::ok);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(s.ws.close(), Status::ok);
  EXPECT_EQ(s.ws.close(999), Status::bad_close_code);
  s.receive(close_frame(3000));
  s.peer_eof();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(s.ws.close(1000), Status::ok);
  EXPECT_EQ(s.ws.close(65535), Status::bad_close_code);
  s.run();
  EXPECT_EQ(s.trace(), "open\nclose 3000 clean\n");
  EXPECT_EQ(s.sent(), "close 3000");
}

// API-06: at every stage of CONNECTING: CLOSING at once, then error and close, and never open.
TEST(Interface, CloseWhileConnecting) {
  for (int stage = 0; stage < 4; ++stage) {
    Session s;
    s.link.connect_polls = stage == 1 ? 1000 : 0;
    ASSERT_EQ(s.start(), Status::ok);
    if (stage != 0) s.run();
    const std::string request = to_text(s.link.sent());
    if (stage == 3) s.receive("HTTP/1.1 101 ");
    EXPECT_EQ(s.ws.ready_state(), ReadyState::connecting);
    EXPECT_EQ(s.ws.close(4000, "never mind"), Status::ok);
    EXPECT_EQ(s.ws.ready_state(), ReadyState::closing) << stage;
    if (stage >= 2) s.link.push(response_for(request));
    s.run();
    EXPECT_EQ(s.trace(), failed("aborted")) << stage;
    EXPECT_EQ(s.ws.ready_state(), ReadyState::closed);
    EXPECT_EQ(to_text(s.link.sent()).size(), request.size()) << "no frame is sent";
    EXPECT_EQ(s.link.state(), Link::idle);
  }
}

// API-08: send() in each state.
TEST(Interface, SendInEachState) {
  Session s;
  EXPECT_EQ(s.ws.send("0123456789"), Status::closed) << "CLOSED";
  ASSERT_EQ(s.start(), Status::ok);
  EXPECT_EQ(s.ws.send("0123456789"), Status::invalid_state) << "CONNECTING";
  s.run();
  EXPECT_EQ(s.ws.send("0123456789"), Status::invalid_state);
  EXPECT_EQ(s.ws.buffered_amount(), 0u);
  const std::string request = to_text(s.link.sent());
  s.receive(response_for(request));
  s.link.set_tx_budget(0);
  EXPECT_EQ(s.ws.send("0123456789"), Status::ok);
  EXPECT_EQ(s.ws.buffered_amount(), 10u);
  EXPECT_EQ(s.ws.close(), Status::ok);
  EXPECT_EQ(s.ws.send("abcde"), Status::closed);
  EXPECT_EQ(s.ws.buffered_amount(), 15u);
  s.link.set_tx_budget(MemoryLink::kAll);
  s.run();
  EXPECT_EQ(s.ws.buffered_amount(), 5u) << "what was dropped stays counted";
  s.receive(close_frame());
  s.peer_eof();
  EXPECT_EQ(s.ws.send(as_bytes("xyz")), Status::closed);
  EXPECT_EQ(s.ws.buffered_amount(), 8u) << "not reset on close";
  ASSERT_TRUE(s.open());
  EXPECT_EQ(s.ws.buffered_amount(), 0u) << "a new link begins at 0";
}

// API-09: payload only, falling as the transport takes the payload's bytes, in every pattern of short writes.
TEST(Interface, BufferedAmount) {
  for (const std::size_t step : std::vector<std::size_t>{1, 2, 3, 5, 7, 64, 1000}) {
    SessionSetup setup;
    setup.ring = 1000;
    Session s(setup);
    ASSERT_TRUE(s.open());
    s.link.set_tx_budget(0);
    EXPECT_EQ(s.ws.send(std::string(200, 'a')), Status::ok);
    EXPECT_EQ(s.ws.ping(as_bytes("not counted")), Status::ok);
    EXPECT_EQ(s.ws.send("bb"), Status::ok);
    EXPECT_EQ(s.ws.send(""), Status::ok);
    EXPECT_EQ(s.ws.send("\xE2\x82\xAC"), Status::ok);
    EXPECT_EQ(s.ws.buffered_amount(), 205u);
    s.run();
    EXPECT_EQ(s.ws.buffered_amount(), 205u);
    while (s.ws.buffered_amount() != 0) {
      s.link.set_tx_budget(step);
      s.run();
      // Independently: count data payload bytes in what has left.
      const Decoded decoded = decode(s.wire());
      std::size_t gone = 0;
      for (const Frame& f : decoded.frames) gone += f.control() ? 0 : f.payload.size();
      if (decoded.rest.size() >= 6 && (static_cast<std::uint8_t>(decoded.rest[0]) & 8) == 0) {
        const std::size_t header = (static_cast<std::uint8_t>(decoded.rest[1]) & 127) == 126 ? 8 : 6;
        gone += decoded.rest.size() > header ? decoded.rest.size() - header : 0;
      }
      ASSERT_EQ(s.ws.buffered_amount(), 205 - gone);
      ASSERT_LT(s.wire().size(), 300u);
    }
    s.link.set_tx_budget(MemoryLink::kAll);
    s.run();
    EXPECT_EQ(s.ws.buffered_amount(), 0u);
  }
}

// API-10, LIM-07: a full ring says so and keeps what it has; nothing is queued in part.
TEST(Interface, FullRing) {
  Session s;
  ASSERT_TRUE(s.open());
  s.link.set_tx_budget(0);
  std::size_t n = 0;
  while (s.ws.send("message " + std::to_string(n)) == Status::ok) ++n;
  const std::size_t amount = s.ws.buffered_amount();
  EXPECT_EQ(s.ws.send("message x"), Status::would_block);
  EXPECT_EQ(s.ws.buffered_amount(), amount);
  EXPECT_EQ(s.ws.ready_state(), ReadyState::open);
  s.link.set_tx_budget(MemoryLink::kAll);
  s.run();
  const auto messages = messages_of(s.frames());
  ASSERT_EQ(messages.size(), n);
  for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(messages[i].second, "message " + std::to_string(i));
  EXPECT_EQ(s.ws.send("message x"), Status::ok);
}

// API-12, API-15: close() while messages are waiting: none of them is delivered.
TEST(Interface, CloseWithinAMessage) {
  Session s;
  ASSERT_TRUE(s.open());
  s.link.push(text("one") + text("two") + text("three") + close_frame(1000));
  Event event;
  while (!s.ws.poll(s.now, event)) {
  }
  s.collector.add(event, s.ws.ready_state());
  EXPECT_EQ(s.ws.close(), Status::ok);
  s.run();
  s.peer_eof();
  EXPECT_EQ(s.trace(), "open\n" + got_text("one") + "close 1000 clean\n");
}

void nested_call(Session& s, int call) {
  switch (call) {
    case 0: EXPECT_NE(s.ws.send("nested"), Status::would_block); break;
    case 1: EXPECT_EQ(s.ws.close(4000, "nested"), Status::ok); break;
    case 2: EXPECT_NE(s.ws.ping(as_bytes("nested")), Status::control_too_long); break;
    case 3: s.ws.fail(Error::message_too_big); break;
    case 4: EXPECT_NE(s.ws.begin(MessageType::text), Status::bad_utf8); break;
    default: static_cast<void>(s.ws.flush(s.now)); break;
  }
}

// API-15: everything may be called in the body of the loop, for each kind of event, and views stay valid until poll().
TEST(Interface, NestedCalls) {
  for (int call = 0; call < 6; ++call) {
    for (const Event::Type at : {Event::Type::open, Event::Type::chunk, Event::Type::pong, Event::Type::close}) {
      Session s;
      ASSERT_EQ(s.start(), Status::ok);
      s.run();
      s.link.push(response_for(to_text(s.link.sent())) + text("some text") + ping("p") + pong() +
                  close_frame(1000, "because"));
      s.link.push_eof();
      Event event;
      for (int polls = 0; polls < 1000 && !s.collector.closed(); ++polls) {
        if (!s.ws.poll(s.now, event)) continue;
        const ReadyState state = s.ws.ready_state();
        s.collector.add(event, state);
        if (event.type == Event::Type::open) {
          EXPECT_EQ(s.ws.ping(), Status::ok);
        }
        if (event.type == at) nested_call(s, call);
      }
      EXPECT_TRUE(s.collector.closed()) << call;
      EXPECT_EQ(s.collector.count(Event::Type::close), 1u);
      if (s.collector.close().code == 1000) {
        EXPECT_EQ(s.collector.close().reason, "because");
      }
    }
  }
}

// API-11, API-13: nothing behind close; an error only when the link failed.
TEST(Interface, NothingBehindClose) {
  Session s;
  ASSERT_TRUE(s.open());
  s.receive(close_frame(1000));
  s.peer_eof();
  const std::string trace = s.trace();
  for (int i = 0; i < 100; ++i) s.advance(1000);
  EXPECT_EQ(s.trace(), trace);
  EXPECT_EQ(s.collector.error(), Error::none);
  EXPECT_TRUE(s.ws.next_deadline().is_never());
}

// API-16: an object that is left behind calls nobody; its transport is the owner's to close.
TEST(Interface, LeftBehindInEachState) {
  Session never_used;
  Session connecting;
  ASSERT_EQ(connecting.start(), Status::ok);
  Session open;
  ASSERT_TRUE(open.open());
  Session closing;
  ASSERT_TRUE(closing.open());
  EXPECT_EQ(closing.ws.close(), Status::ok);
}

// API-14: causes and codes.
TEST(Interface, ReportedCodes) {
  const struct {
    std::string in;
    std::uint16_t code;
    bool clean;
  } kCases[] = {{close_frame(4001, "x"), 4001, true}, {close_frame(), 1005, true},      {"\x83", 1006, false},
                {text("\xFF"), 1006, false},          {close_frame(1015), 1006, false}, {"", 1006, false}};
  for (const auto& c : kCases) {
    Session s;
    ASSERT_TRUE(s.open());
    s.receive(c.in);
    s.peer_eof();
    EXPECT_EQ(s.collector.close().code, c.code);
    EXPECT_EQ(s.collector.close().was_clean, c.clean);
    EXPECT_EQ(s.collector.count(Event::Type::error), c.clean ? 0u : 1u);
  }
}

}  // namespace
}  // namespace whit::test
