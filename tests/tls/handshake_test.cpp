// The opening of a TLS link with OpenSSL at the other end.
#include "tls/tls_fixture.hpp"

namespace whit::test {
namespace {

TEST_F(TlsTest, opens_and_carries_bytes_both_ways) {
  ASSERT_EQ(connect(), Link::up) << static_cast<int>(tls->error()) << " " << tls->detail().code;
  EXPECT_EQ(tls->info().version, "TLSv1.3");
  EXPECT_TRUE(send("hello"));
  EXPECT_EQ(peer.take_received(), "hello");
  peer.send("world");
  EXPECT_EQ(receive(5), "world");
}

TEST_F(TlsTest, opens_with_tls_1_2) {
  peer.versions(TLS1_2_VERSION, TLS1_2_VERSION);
  ASSERT_EQ(connect(), Link::up) << to_string(tls->error()) << " " << tls->detail().code;
  EXPECT_EQ(tls->info().version, "TLSv1.2");
  peer.send("world");
  EXPECT_EQ(receive(5), "world");
}

// TLS-08: the peer makes room between tx() and poll(), which then sends the rest of the sealed record. Nothing else
// would ever wake whoever waits to send more.
TEST_F(TlsTest, tells_that_there_is_room_again) {
  ASSERT_EQ(connect(), Link::up);
  link.set_tx_budget(10);
  const std::string text(1000, 'x');
  EXPECT_EQ(tls->tx(as_bytes(text)), text.size()) << "the record is sealed";
  EXPECT_EQ(tls->tx(as_bytes(text)), 0u);
  link.set_tx_budget(MemoryLink::kAll);
  tls->poll({++ms});
  EXPECT_TRUE(tls->next_deadline().is_immediate());
  EXPECT_EQ(tls->tx(as_bytes(text)), text.size());
  tls->poll({++ms});
  EXPECT_FALSE(tls->next_deadline().is_immediate());
}

// TLS 1.3 gets its randomness through PSA, which knows one generator only.
TEST_F(TlsTest, another_generator_may_come_and_go) {
  peer.versions(TLS1_3_VERSION, TLS1_3_VERSION);
  std::optional<mbedtls::Drbg> first, second, third;
  for (auto* each : {&first, &second, &third}) each->emplace(entropy.source());
  for (auto* each : {&third, &first, &second}) {
    each->reset();
    ASSERT_EQ(connect(), Link::up) << to_string(tls->error()) << tls->detail().code;
    tls->close(How::abort);
  }
}

}  // namespace
}  // namespace whit::test
