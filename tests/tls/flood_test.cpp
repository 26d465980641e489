// A peer that never stops talking: poll() comes back all the same, so that deadlines hold; and what it may say besides
// data at the wrong time.
#include "tls/tls_fixture.hpp"

namespace whit::test {
namespace {

using namespace std::string_literals;

// As fast as it is read: whenever all was consumed, the next poll brings the same again.
class EndlessLink final : public Transport {
 public:
  explicit EndlessLink(std::string text) : text_(std::move(text)), view_(text_) {}
  std::size_t rounds = 0;

  Status connect(std::string_view, std::uint16_t) override { return Status::ok; }
  Link poll(Instant) override {
    if (consumed_ == text_.size()) {
      consumed_ = 0;
      view_ = text_;
      ++rounds;
    }
    // A test that hangs says nothing; one that ends here fails.
    return rounds < kTooMany ? Link::up : Link::failed;
  }
  MutBytes rx() override {
    if (rounds >= kTooMany) return {};
    return {reinterpret_cast<std::uint8_t*>(view_.data()) + consumed_, view_.size() - consumed_};
  }
  void rx_consume(std::size_t n) override { consumed_ += n; }
  std::size_t tx(Bytes front) override { return front.size(); }
  void close(How) override {}
  [[nodiscard]] Error error() const override { return rounds < kTooMany ? Error::none : Error::connection_reset; }
  [[nodiscard]] Deadline next_deadline() const override { return Deadline::never(); }

  static constexpr std::size_t kTooMany = 10000;

 private:
  std::string text_;
  std::string view_;
  std::size_t consumed_ = 0;
};

// RFC 5246 7.2, RFC 8446 6.1: warnings may be ignored, so a server may send as many as it likes. Before its ServerHello
// it needs no key for that.
TEST_F(TlsTest, endless_warnings_do_not_hold_poll) {
  trusting();
  EndlessLink endless("\x15\x03\x03\x00\x02\x01\x5a"s);
  mbedtls::Tls victim{endless, *config};
  ASSERT_EQ(victim.connect("localhost", 443), Status::ok);
  for (int i = 0; i < 10; ++i) {
    const std::size_t before = endless.rounds;
    ASSERT_EQ(victim.poll({++ms}), Link::connecting);
    EXPECT_LT(endless.rounds - before, 100u);
    EXPECT_TRUE(victim.next_deadline().is_immediate()) << "there is more to be read";
  }
  victim.close(How::abort);
}

class Flood : public TlsTest, public testing::WithParamInterface<int> {
 protected:
  void SetUp() override { peer.versions(GetParam(), GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(, Flood, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

// A fatal alert before each record of the server's: the number is told where it can be trusted to be the peer's, and
// afterwards nothing without a seal counts.
TEST_P(Flood, an_alert_at_every_step) {
  ASSERT_EQ(connect(), Link::up);
  tls->close(How::abort);
  const std::size_t used = arena.used();
  std::size_t told = 0;
  for (std::size_t step = 0; step < 20; ++step) {
    peer.restart();
    (void)link.take_sent();
    ASSERT_EQ(tls->connect("localhost", 443), Status::ok);
    std::size_t record = 0;
    bool reached = false;
    const Link state = run_raw([&](const std::string& bytes) {
      for (std::size_t at = 0; at < bytes.size(); ++record) {
        const auto byte = [&](std::size_t i) {
          return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at + i]));
        };
        const std::size_t size = 5 + byte(3) * 256 + byte(4);
        if (record == step) link.push("\x15\x03\x03\x00\x02\x02\x50"s);  // internal_error
        reached = reached || record == step;
        link.push(bytes.substr(at, size));
        at += size;
      }
    });
    if (!reached) break;
    if (state == Link::up) {  // it came behind the handshake
      EXPECT_EQ(run([](Link now) { return now == Link::failed; }), Link::failed) << step;
    } else {
      ASSERT_EQ(state, Link::failed) << step;
    }
    if (tls->error() == Error::tls_alert) {
      EXPECT_EQ(tls->detail().alert, 80) << step;
      ++told;
    } else {
      EXPECT_EQ(category(tls->error()), Category::tls) << step;
      EXPECT_GT(step, 0u);
    }
    tls->close(How::abort);
    EXPECT_EQ(arena.used(), used) << step;
  }
  EXPECT_GE(told, 1u);
}

// RFC 5246 6.2.1, RFC 8446 5.1: a message of the handshake may be cut into records.
TEST_P(Flood, a_handshake_in_small_records) {
  peer.identity("chained_full", "chained");
  SSL_CTX_set_max_send_fragment(peer.context(), 512);
  ASSERT_EQ(connect(), Link::up) << to_string(tls->error()) << tls->detail().code;
  ASSERT_TRUE(send("hello"));
  EXPECT_EQ(peer.take_received(), "hello");
}

// Our direction is closed; the peer's goes on until it ends it.
TEST_P(Flood, receives_after_our_close_notify) {
  ASSERT_EQ(connect(), Link::up);
  tls->close(How::graceful);
  EXPECT_EQ(tls->poll({++ms}), Link::up);
  peer.stop_reading();
  peer.send("not yet");
  EXPECT_EQ(receive(7), "not yet");
  peer.close_notify();
  EXPECT_EQ(run([](Link state) { return state == Link::eof; }), Link::eof);
  EXPECT_EQ(tls->error(), Error::none);
}

// RFC 8446 4.1.4: the server wants another curve than the one that we sent a share for.
TEST_F(TlsTest, hello_retry_request) {
  peer.versions(TLS1_3_VERSION, TLS1_3_VERSION);
  peer.identity("server");
  ASSERT_EQ(SSL_CTX_set1_groups_list(peer.context(), "P-384"), 1);
  ASSERT_EQ(connect(), Link::up) << to_string(tls->error()) << tls->detail().code;
  peer.send("hello");
  EXPECT_EQ(receive(5), "hello");
  tls->close(How::abort);
  ASSERT_EQ(SSL_CTX_set1_groups_list(peer.context(), "P-521"), 1);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(to_string(tls->error()), "tls_no_shared_cipher");
}

// TLS-11: the answer to a HelloRequest is the warning no_renegotiation (RFC 5246 7.4.1.1). OpenSSL then ends the link.
TEST_F(TlsTest, renegotiation_is_refused_by_an_alert) {
  peer.versions(TLS1_2_VERSION, TLS1_2_VERSION);
  peer.identity("server");
  ASSERT_EQ(connect(), Link::up);
  std::size_t alerts = 0;
  SSL_set_app_data(peer.ssl(), &alerts);
  SSL_set_info_callback(peer.ssl(), [](const SSL* ssl, int where, int what) {
    const bool refused = where == SSL_CB_READ_ALERT && (what & 0xFF) == SSL_AD_NO_RENEGOTIATION;
    if (refused) ++*static_cast<std::size_t*>(SSL_get_app_data(ssl));
  });
  ASSERT_EQ(SSL_renegotiate(peer.ssl()), 1);
  SSL_do_handshake(peer.ssl());
  run([](Link) { return false; });
  EXPECT_EQ(alerts, 1u);
  EXPECT_EQ(tls->error(), Error::tls_alert);
  EXPECT_EQ(tls->detail().alert, SSL_AD_HANDSHAKE_FAILURE);
}

}  // namespace
}  // namespace whit::test
