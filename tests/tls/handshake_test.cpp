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

}  // namespace
}  // namespace whit::test
