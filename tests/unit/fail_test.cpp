// Failing the connection: RFC 6455 7.1.7.
#include <gtest/gtest.h>

#include "vectors/build.hpp"

namespace whit::test {
namespace {

struct Fault {
  const char* name;
  std::string in;
  Error error;
  unsigned code;
};

std::vector<Fault> fault_table() {
  return {{"RSV", "\xC1", Error::reserved_bits, 1002},
          {"opcode", "\x83", Error::reserved_opcode, 1002},
          {"UTF-8", text("\xFF"), Error::bad_utf8, 1007},
          {"close reason", close_frame(1000, "\xFF"), Error::bad_close_reason, 1007},
          {"close code", close_frame(1006), Error::bad_close_code, 1002},
          {"size", frame({kOpText, true, 0, {}, 0, 5001}), Error::message_too_big, 1009}};
}

// FAI-01, FAI-02, CLS-19: the Close that fits the fault, then the end of the link within the close timer.
TEST(Fail, CodeForEachFault) {
  for (const Fault& fault : fault_table()) {
    Session session;
    session.client_options.max_message_size = 5000;
    session.client_options.close_timeout_ms = 2000;
    ASSERT_TRUE(session.open());
    session.receive(fault.in);
    EXPECT_EQ(session.sent(), "close " + std::to_string(fault.code)) << fault.name;
    EXPECT_NE(session.ws.ready_state(), ReadyState::open);
    session.sleep_through(2000);
    EXPECT_EQ(session.link.state(), Link::idle) << fault.name;
    EXPECT_EQ(session.collector.error(), fault.error) << fault.name;
    EXPECT_EQ(session.collector.close().code, 1006) << fault.name;
    EXPECT_FALSE(session.collector.close().was_clean);
  }
}

// FAI-03: the peer's answer, and whatever else comes, is not looked at any more.
TEST(Fail, NothingIsProcessedAfterwards) {
  for (const Fault& fault : fault_table()) {
    for (const bool later : {false, true}) {
      Session session;
      session.client_options.max_message_size = 5000;
      ASSERT_TRUE(session.open());
      const std::string behind = close_frame(4000, "answer") + ping("x") + text("y");
      session.receive(later ? fault.in : fault.in + behind);
      if (later) session.receive(behind);
      session.peer_eof();
      EXPECT_EQ(session.trace(), "open\n" + failed(to_string(fault.error)));
      EXPECT_EQ(session.frames().size(), 1u);
    }
  }
}

// FAI-04: no Close inside a frame that cannot be completed, no stray bytes whatever was half sent.
TEST(Fail, WhileAFrameIsHalfSent) {
  for (std::size_t begun = 1; begun < 60; ++begun) {
    Session session;
    ASSERT_TRUE(session.open());
    session.link.set_tx_budget(begun);
    EXPECT_EQ(session.ws.send(std::string(50, 'h')), Status::ok);
    EXPECT_EQ(session.ws.send("dropped"), Status::ok);
    session.run();
    session.receive("\x83");
    EXPECT_EQ(session.wire().size(), begun);
    session.link.set_tx_budget(MemoryLink::kAll);
    session.run();
    session.peer_eof();
    session.frames();
    EXPECT_EQ(session.sent_rest(), "") << begun;
    EXPECT_EQ(session.collector.error(), Error::reserved_opcode);
  }
}

// FAI-04: a sized frame that the application has not finished is never completed with something else.
TEST(Fail, WhileASizedFrameIsOpen) {
  Session session;
  ASSERT_TRUE(session.open());
  EXPECT_EQ(session.ws.begin(MessageType::binary, 65536), Status::ok);
  std::size_t taken = 0;
  const std::string data(300, 'd');
  EXPECT_EQ(session.ws.write(as_bytes(data), taken), Status::ok);
  session.run();
  session.receive("\x83");
  EXPECT_TRUE(session.collector.closed()) << "no Close can be sent any more, so there is nothing to wait for";
  EXPECT_EQ(session.link.state(), Link::idle);
  EXPECT_EQ(session.collector.error(), Error::reserved_opcode);
  const Decoded decoded = decode(session.wire());
  EXPECT_TRUE(decoded.frames.empty());
  EXPECT_EQ(decoded.rest.size(), 14 + taken) << "stray bytes inside a frame";
}

// FAI-05, API-11: the link is cut after every byte of a session that has a bit of everything.
TEST(Fail, CutAfterEveryByte) {
  const std::string in =
      text("Hello") + ping("p") + text("frag", false) + continuation("ment", true) + close_frame(1000, "bye");
  for (const bool reset : {false, true}) {
    for (std::size_t cut = 0; cut < in.size(); ++cut) {
      Session session;
      ASSERT_TRUE(session.open());
      session.link.push(in.substr(0, cut));
      if (reset) {
        session.link.push_reset();
      } else {
        session.link.push_eof();
      }
      session.run();
      EXPECT_EQ(session.collector.count(Event::Type::error), 1u) << cut;
      EXPECT_EQ(session.collector.error(), reset ? Error::connection_reset : Error::connection_lost);
      EXPECT_EQ(session.collector.close().code, 1006);
      EXPECT_FALSE(session.collector.close().was_clean);
      EXPECT_EQ(session.link.state(), Link::idle);
    }
  }
}

// FAI-05: in every phase of the opening, too.
TEST(Fail, CutWhileOpening) {
  Session probe;
  ASSERT_EQ(probe.start(), Status::ok);
  probe.run();
  const std::string response = response_for(to_text(probe.link.sent()));
  EXPECT_EQ(probe.ws.close(), Status::ok);
  probe.run();
  for (std::size_t cut = 0; cut < response.size(); ++cut) {
    Session session;
    ASSERT_EQ(session.start(), Status::ok);
    session.run();
    session.link.push(response.substr(0, cut));
    session.link.push_eof();
    session.run();
    EXPECT_EQ(session.trace(), failed("connection_lost")) << cut;
  }
}

// FAI-06: an hour of silence with keepalive off.
TEST(Fail, IdleForAnHour) {
  Session session;
  ASSERT_TRUE(session.open());
  EXPECT_TRUE(session.ws.next_deadline().is_never());
  session.sleep_through(3600000);
  EXPECT_EQ(session.ws.ready_state(), ReadyState::open);
  EXPECT_EQ(session.sent(), "");
}

// FAI-02: fail() on behalf of a layer above.
TEST(Fail, OnBehalfOfALayerAbove) {
  Session session;
  ASSERT_TRUE(session.open());
  session.link.set_tx_budget(0);
  EXPECT_EQ(session.ws.send("queued"), Status::ok);
  session.ws.fail(Error::message_too_big);
  EXPECT_NE(session.ws.ready_state(), ReadyState::open);
  session.link.set_tx_budget(MemoryLink::kAll);
  session.receive(text("too late"));
  session.peer_eof();
  EXPECT_EQ(session.sent(), "close 1009");
  EXPECT_EQ(session.trace(), "open\n" + failed("message_too_big"));
}

}  // namespace
}  // namespace whit::test
