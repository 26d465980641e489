// A WebSocket over TLS: what its end looks like from above (TLS-19), and wss only over what is secure (TLS-01).
#include "whit/websocket.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "tls/tls_fixture.hpp"

namespace whit::test {
namespace {

class OverTls : public TlsTest, public testing::WithParamInterface<int> {
 protected:
  void SetUp() override {
    peer.versions(GetParam(), GetParam());
    peer.identity("server");
    trusting();
    tls.emplace(link, *config);
    socket.emplace(*tls, drbg.entropy(), MutBytes(ring));
  }

  // Polls both sides until there is an event; false if nothing happens any more.
  bool next(Event& event) {
    for (int i = 0; i < 100; ++i) {
      if (socket->poll({++ms}, event)) return true;
      peer.exchange(link);
    }
    return false;
  }

  void open() {
    peer.restart();
    ASSERT_EQ(socket->connect("wss://localhost/chat", options, {ms}), Status::ok);
    Event event;
    for (int i = 0; i < 100 && peer.received().find("\r\n\r\n") == std::string::npos; ++i) {
      ASSERT_FALSE(socket->poll({++ms}, event));
      peer.exchange(link);
    }
    const std::string request = peer.take_received();
    ASSERT_NE(request.find("GET /chat HTTP/1.1\r\nHost: localhost\r\n"), std::string::npos) << request;
    const std::size_t key = request.find("Sec-WebSocket-Key: ");
    peer.send("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
              accept_for(request.substr(key + 19, 24)) + "\r\n\r\n");
    ASSERT_TRUE(next(event));
    ASSERT_EQ(event.type, Event::Type::open);
  }

  static std::string accept_for(const std::string& key) {
    const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[20];
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
    char out[32] = {};
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out), digest, sizeof digest);
    return out;
  }

  std::array<std::uint8_t, 512> ring;
  ClientOptions options;
  std::optional<WebSocket> socket;
};
INSTANTIATE_TEST_SUITE_P(, OverTls, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(OverTls, messages_and_a_clean_end) {
  open();
  ASSERT_EQ(socket->send("hello"), Status::ok);
  peer.send(std::string("\x81\x05world", 7));
  Event event;
  ASSERT_TRUE(next(event));
  ASSERT_EQ(event.type, Event::Type::chunk);
  EXPECT_EQ(as_text(event.chunk.data), "world");
  ASSERT_EQ(socket->close(1000), Status::ok);
  peer.send(std::string("\x88\x02\x03\xe8", 4));
  peer.close_notify();
  ASSERT_TRUE(next(event));
  ASSERT_EQ(event.type, Event::Type::close);
  EXPECT_TRUE(event.close.was_clean);
}

// TLS-19: once both Close frames are exchanged, the missing close_notify takes nothing away.
TEST_P(OverTls, no_close_notify_after_the_closing_handshake_is_clean) {
  open();
  ASSERT_EQ(socket->close(1000), Status::ok);
  Event event;
  socket->poll({++ms}, event);
  peer.exchange(link);
  peer.send(std::string("\x88\x02\x03\xe8", 4));
  peer.exchange(link);
  link.push_eof();
  ASSERT_TRUE(next(event));
  ASSERT_EQ(event.type, Event::Type::close) << to_string(event.error);
  EXPECT_EQ(event.close.code, 1000);
  EXPECT_TRUE(event.close.was_clean);
}

TEST_P(OverTls, no_close_notify_before_it_is_an_error) {
  open();
  link.push_eof();
  Event event;
  ASSERT_TRUE(next(event));
  ASSERT_EQ(event.type, Event::Type::error);
  EXPECT_EQ(event.error, Error::tls_truncated);
  ASSERT_TRUE(next(event));
  ASSERT_EQ(event.type, Event::Type::close);
  EXPECT_EQ(event.close.code, 1006);
  EXPECT_FALSE(event.close.was_clean);
}

TEST_P(OverTls, close_notify_without_a_closing_handshake_is_a_lost_link) {
  open();
  peer.close_notify();
  Event event;
  ASSERT_TRUE(next(event));
  EXPECT_EQ(event.error, Error::connection_lost);
  ASSERT_TRUE(next(event));
  EXPECT_FALSE(event.close.was_clean);
}

TEST_P(OverTls, a_refused_certificate_is_an_error_event) {
  peer.identity("self_signed");
  peer.restart();
  ASSERT_EQ(socket->connect("wss://localhost/chat", options, {ms}), Status::ok);
  Event event;
  ASSERT_TRUE(next(event));
  ASSERT_EQ(event.type, Event::Type::error);
  EXPECT_EQ(event.error, Error::tls_untrusted);
  ASSERT_TRUE(next(event));
  EXPECT_EQ(event.close.code, 1006);
  // And the same objects serve the next attempt.
  peer.identity("server");
  (void)link.take_sent();
  open();
}

TEST_P(OverTls, schemes_and_transports_go_together) {
  EXPECT_EQ(socket->connect("ws://localhost/", options, {ms}), Status::wrong_transport);
  WebSocket plain{link, drbg.entropy(), MutBytes(ring)};
  EXPECT_EQ(plain.connect("wss://localhost/", options, {ms}), Status::wrong_transport);
}

// The deadline of the core holds at every flight of a server that goes silent.
TEST_P(OverTls, a_server_that_stalls_meets_the_deadline) {
  options.connect_timeout_ms = 3000;
  for (int flights = 0; flights < 4; ++flights) {
    peer.restart();
    (void)link.take_sent();
    ASSERT_EQ(socket->connect("wss://localhost/chat", options, {ms}), Status::ok);
    const std::uint32_t start = ms;
    Event event;
    bool got = false;
    for (int i = 0; i < 100 && !(got = socket->poll({++ms}, event)); ++i) {
      if (i < flights) peer.exchange(link);
    }
    while (!got && ms - start < 4000) {
      const std::uint32_t left = socket->next_deadline().ms_left({ms});
      ASSERT_LE(left, 3000u);
      ms += left;
      got = socket->poll({ms}, event);
    }
    ASSERT_TRUE(got);
    EXPECT_EQ(category(event.error), Category::timeout);
    EXPECT_EQ(ms - start, 3000u) << flights;
    ASSERT_TRUE(next(event));
    EXPECT_EQ(event.type, Event::Type::close);
  }
}

}  // namespace
}  // namespace whit::test
