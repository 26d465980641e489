// An arena that runs out and a source of entropy that fails, at every point.
#include <vector>

#include "tls/failing_allocations.hpp"
#include "tls/tls_fixture.hpp"

namespace whit::test {
namespace {

class Exhaustion : public TlsTest, public testing::WithParamInterface<int> {
 protected:
  void SetUp() override {
    peer.versions(GetParam(), GetParam());
    peer.identity("chained_full", "chained");
  }
  void TearDown() override { fail_allocation(0); }
};
INSTANTIATE_TEST_SUITE_P(, Exhaustion, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(Exhaustion, every_allocation_failing) {
  ASSERT_EQ(connect(), Link::up);
  tls->close(How::abort);
  std::size_t used = arena.used();
  fail_allocation(0);
  ASSERT_EQ(connect(), Link::up);
  const std::size_t count = allocations();
  tls->close(How::abort);
  ASSERT_GT(count, 50u);
  // mbedTLS 3.6 itself leaks one block when the second cipher of TLS 1.3's handshake keys finds no memory, and one with
  // its application keys. Whether the sample meets the first depends on how long the numbers' loops are.
  std::size_t known_leaks = GetParam() == TLS1_3_VERSION ? 2 : 0;
  // Most of them are numbers in loops: of these a sample is enough.
  for (std::size_t nth = 1; nth <= count; nth += nth < 150 || nth + 100 > count ? 1 : 13) {
    fail_allocation(nth);
    const Link state = connect();
    if (state == Link::up) {
      // mbedTLS may do without, as with a table for speed; but then the link works.
      EXPECT_TRUE(send("x")) << nth;
    } else {
      EXPECT_EQ(to_string(tls->error()), "tls_out_of_arena")
          << nth << ": " << tls->detail().code << " state " << static_cast<int>(state);
      EXPECT_NE(tls->detail().arena_request, 0u);
    }
    fail_allocation(0);
    tls->close(How::abort);
    if (arena.used() != used && known_leaks != 0) {
      --known_leaks;
      known_leak += arena.used() - used;
      EXPECT_LT(known_leak, 1000u);
      used = arena.used();
    }
    ASSERT_EQ(arena.used(), used) << "a leak after failure " << nth;
  }
  ASSERT_EQ(connect(), Link::up) << "and all is well again";
}

TEST_P(Exhaustion, every_allocation_of_the_configuration_failing) {
  const std::string roots = certificate("roots.pem"), cert = certificate("client.pem"), key = certificate("client.key");
  for (std::size_t nth = 1;; ++nth) {
    ASSERT_LT(nth, 1000u);
    fail_allocation(nth);
    {
      mbedtls::Config settings(mbedtls::Role::client, arena, drbg);
      Error error = settings.trust_pem(roots);
      if (error == Error::none) error = settings.identity(cert, key);
      const bool all = allocations() < nth;
      fail_allocation(0);
      // A failure in the middle of a bundle or of parsing is told as what it is.
      EXPECT_TRUE(all ? error == Error::none : error == Error::tls_out_of_arena) << nth << " " << to_string(error);
      if (all) break;
    }
    ASSERT_EQ(arena.used(), 0u) << nth;
  }
}

TEST_P(Exhaustion, the_arena_shrunk_block_by_block) {
  trusting();
  const std::size_t base = arena.used();
  arena.reset_peak();
  ASSERT_EQ(connect(), Link::up);
  const std::size_t peak = arena.peak();
  tls.reset();
  config.reset();
  std::size_t opened = 0;
  for (std::size_t size = peak + 64; size > base + 4000; size -= size > peak - 10000 ? 64 : 1024) {
    std::vector<std::uint8_t> bytes(size);
    mbedtls::Arena small{MutBytes(bytes.data(), bytes.size())};
    {
      mbedtls::Config settings(mbedtls::Role::client, small, drbg);
      ASSERT_EQ(settings.trust_pem(certificate("roots.pem")), Error::none);
      settings.ignore_dates();
      const std::size_t before = small.used();
      tls.emplace(link, settings);
      peer.restart();
      (void)link.take_sent();
      Link state = Link::failed;
      if (tls->connect("localhost", 443) == Status::ok)
        state = run([](Link it) { return it == Link::up || it == Link::failed; });
      opened += state == Link::up ? 1 : 0;
      if (state != Link::up) {
        EXPECT_EQ(to_string(tls->error()), "tls_out_of_arena") << size << " " << tls->detail().code;
      }
      tls->close(How::abort);
      EXPECT_EQ(small.used(), before) << size;
      tls.reset();
    }
    EXPECT_EQ(small.used(), 0u);
  }
  EXPECT_GE(opened, 1u) << "an arena of the peak is enough";
}

TEST_P(Exhaustion, entropy_failing_at_every_use) {
  trusting();
  for (int uses = 0; uses < 50; ++uses) {
    RepeatableEntropy failing;
    failing.fail_after = uses;
    mbedtls::Drbg fragile{failing.source()};
    mbedtls::Config settings(mbedtls::Role::client, arena, fragile);
    ASSERT_EQ(settings.trust_pem(certificate("roots.pem")), Error::none);
    settings.ignore_dates();
    tls.emplace(link, settings);
    peer.restart();
    (void)link.take_sent();
    Link state = Link::failed;
    if (tls->connect("localhost", 443) == Status::ok)
      state = run([](Link it) { return it == Link::up || it == Link::failed; });
    if (state != Link::up) {
      EXPECT_EQ(tls->error(), Error::entropy_failed) << uses;
      EXPECT_TRUE(peer.take_received().empty());
    }
    tls.reset();
    if (state == Link::up) {
      EXPECT_GE(uses, 1);
      break;
    }
  }
}

TEST_F(TlsTest, two_links_share_an_arena) {
  ASSERT_EQ(connect(), Link::up);
  MemoryLink other_link;
  OpenSslPeer other_peer;
  other_peer.identity("server");
  mbedtls::Tls other{other_link, *config};
  ASSERT_EQ(other.connect("localhost", 443), Status::ok);
  Link state = Link::idle;
  for (int i = 0; i < 60 && state != Link::up; ++i) {
    state = other.poll({++ms});
    other_peer.exchange(other_link);
  }
  ASSERT_EQ(state, Link::up);
  ASSERT_TRUE(send("first"));
  EXPECT_EQ(peer.take_received(), "first");
  EXPECT_EQ(other.tx(as_bytes("second")), 6u);
  other.poll({++ms});
  other_peer.exchange(other_link);
  EXPECT_EQ(other_peer.take_received(), "second");
  other.close(How::abort);
  peer.send("still up");
  EXPECT_EQ(receive(8), "still up");
}

TEST(Drbg, repeats_nothing_and_fails_with_its_source) {
  RepeatableEntropy entropy;
  mbedtls::Drbg drbg{entropy.source()};
  std::uint8_t a[32] = {}, b[32] = {}, large[5000] = {};
  ASSERT_TRUE(drbg.fill(MutBytes(a)));
  ASSERT_TRUE(drbg.fill(MutBytes(b)));
  EXPECT_NE(std::string(a, a + 32), std::string(b, b + 32));
  ASSERT_TRUE(drbg.fill(MutBytes(large))) << "more than the generator gives at a time";
  EXPECT_NE(std::string(large + 4000, large + 4032), std::string(32, '\0'));
  RepeatableEntropy broken;
  broken.fail_after = 0;
  mbedtls::Drbg none{broken.source()};
  EXPECT_FALSE(none.fill(MutBytes(a)));
  EXPECT_TRUE(none.failed());
  const Entropy as_entropy = none.entropy();
  EXPECT_FALSE(as_entropy.fill(as_entropy.context, MutBytes(a)));
}

// A new seed takes more stack than a handshake's arithmetic leaves on a small board: it is derived between requests of
// mbedTLS's.
TEST(Drbg, takes_new_seeds_only_where_the_stack_is_shallow) {
  RepeatableEntropy entropy;
  mbedtls::Drbg drbg{entropy.source()};
  const Entropy keys = drbg.entropy();
  std::uint8_t out[4] = {};
  ASSERT_TRUE(drbg.ready());
  const std::uint32_t seeded = entropy.state;
  for (int i = 0; i < 20000; ++i) ASSERT_EQ(mbedtls::Drbg::random(&drbg, out, sizeof out), 0);
  EXPECT_EQ(entropy.state, seeded) << "not within a handshake";
  ASSERT_TRUE(keys.fill(keys.context, MutBytes(out)));
  const std::uint32_t again = entropy.state;
  EXPECT_NE(again, seeded) << "before a masking key";
  for (int i = 0; i < 9000; ++i) ASSERT_TRUE(keys.fill(keys.context, MutBytes(out)));
  EXPECT_EQ(entropy.state, again) << "one seed serves many";
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(keys.fill(keys.context, MutBytes(out)));
  EXPECT_NE(entropy.state, again);
}

TEST_F(TlsTest, a_link_begins_with_a_fresh_seed_or_not_at_all) {
  trusting();
  RepeatableEntropy source;
  mbedtls::Drbg worn{source.source()};
  mbedtls::Config settings(mbedtls::Role::client, arena, worn);
  settings.insecure_no_verification();
  mbedtls::Tls client{link, settings};
  std::uint8_t out[4] = {};
  for (int i = 0; i < 10000; ++i) ASSERT_EQ(mbedtls::Drbg::random(&worn, out, sizeof out), 0);
  const std::uint32_t used = source.state;
  ASSERT_EQ(client.connect("localhost", 443), Status::ok);
  EXPECT_NE(source.state, used);
  client.close(How::abort);
  source.fail_after = 0;
  for (int i = 0; i < 10000; ++i) ASSERT_EQ(mbedtls::Drbg::random(&worn, out, sizeof out), 0);
  EXPECT_EQ(client.connect("localhost", 443), Status::transport_failed);
  EXPECT_EQ(client.error(), Error::entropy_failed);
}

}  // namespace
}  // namespace whit::test
