// The opening as the engine sees it: what may be sent before it is over, and what came along with its end.
#include <gtest/gtest.h>

#include "vectors/build.hpp"

namespace whit::test {
namespace {

// RSP-12, HTP-12, NEG-05: the frames behind the 101 are kept, open comes first, with the protocol set; every split.
TEST(Opening, FramesBehindTheHandshake) {
  for (std::size_t cut = 0; cut < 400; ++cut) {
    const std::string_view offered[] = {"v2", "v1"};
    Session s;
    s.client_options.subprotocols = Span<const std::string_view>(offered);
    ASSERT_EQ(s.start(), Status::ok);
    EXPECT_EQ(s.ws.protocol(), "");
    s.run();
    const std::string all = response_for(to_text(s.link.sent()), "Sec-WebSocket-Protocol: v1\r\n") + text("first") +
                            binary("second") + text("half a frame").substr(0, 7);
    if (cut > all.size()) break;
    s.receive(all.substr(0, cut));
    s.receive(all.substr(cut));
    EXPECT_EQ(s.trace(), "open\n" + got_text("first") + got_binary("second")) << cut;
    EXPECT_EQ(s.ws.protocol(), "v1");
    EXPECT_EQ(s.ws.extensions(), "");
    EXPECT_EQ(s.ws.url(), "ws://example.com/chat");
  }
}

// NEG-05
TEST(Opening, NoSubprotocolAnswered) {
  const std::string_view offered[] = {"v2", "v1"};
  Session s;
  s.client_options.subprotocols = Span<const std::string_view>(offered);
  ASSERT_TRUE(s.open());
  EXPECT_EQ(s.ws.protocol(), "");
  Session strict;
  strict.client_options.subprotocols = Span<const std::string_view>(offered);
  strict.client_options.require_subprotocol = true;
  EXPECT_FALSE(strict.open());
  EXPECT_EQ(strict.collector.error(), Error::missing_subprotocol);
}

// RSP-13: a handshake that failed sends no frame.
TEST(Opening, FailedHandshakeSendsNoFrame) {
  Session s;
  ASSERT_EQ(s.start(), Status::ok);
  s.run();
  const std::size_t request = s.link.sent().size();
  s.receive("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n" + text("never a frame"));
  s.peer_eof();
  EXPECT_EQ(s.link.sent().size(), request);
  EXPECT_EQ(s.trace(), failed("bad_status"));
  EXPECT_EQ(s.collector.records[0].http_status, 403);
}

// REQ-11: nothing but the request leaves before the response has been checked.
TEST(Opening, SilenceUntilTheResponse) {
  Session s;
  s.client_options.ping_interval_ms = 10;
  ASSERT_EQ(s.start(), Status::ok);
  s.run();
  const std::size_t request = s.link.sent().size();
  EXPECT_EQ(parse_head(to_text(s.link.sent())).size, request);
  EXPECT_EQ(s.ws.send("early"), Status::invalid_state);
  EXPECT_EQ(s.ws.ping(), Status::invalid_state);
  EXPECT_EQ(s.ws.begin(MessageType::text), Status::invalid_state);
  s.advance(1000);
  EXPECT_EQ(s.link.sent().size(), request);
}

// REQ-14: the request is the same bytes however little the transport takes at a time, from the smallest ring on, and
// as long as a URL may be.
TEST(Opening, RequestThroughShortWrites) {
  for (const std::size_t path : std::vector<std::size_t>{1, 100, 8000}) {
    std::string whole;
    for (const auto& schedule : std::vector<std::vector<std::size_t>>{{}, {1}, {0, 2}, {130, 0, 1}, {7}}) {
      for (const std::size_t ring : {kMinRing, std::size_t{512}, std::size_t{10000}}) {
        SessionSetup setup;
        setup.ring = ring;
        setup.url = "ws://example.com/" + std::string(path, 'p');
        Session s(setup);
        s.link.set_tx_schedule(schedule);
        ASSERT_EQ(s.start(), Status::ok);
        s.run();
        const std::string request = to_text(s.link.sent());
        if (whole.empty()) whole = request;
        ASSERT_EQ(request, whole) << ring;
        EXPECT_EQ(parse_head(request).size, request.size());
      }
    }
    EXPECT_EQ(whole.substr(0, 5 + path), "GET /" + std::string(path, 'p'));
  }
}

}  // namespace
}  // namespace whit::test
