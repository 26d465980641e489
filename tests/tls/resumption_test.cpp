// TLS-16, TLS-17: short handshakes, and when there must be none. TLS-18: never with early data.
#include <cstring>
#include <vector>

#include "tls/tls_fixture.hpp"

namespace whit::test {
namespace {

struct Kind {
  const char* name;
  int version;
  bool tickets;
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

class Resumption : public TlsTest, public testing::WithParamInterface<Kind> {
 protected:
  void SetUp() override { server("server"); }
  void server(std::string_view name) {
    peer.versions(GetParam().version, GetParam().version);
    peer.identity(name);
    SSL_CTX_set_session_id_context(peer.context(), reinterpret_cast<const unsigned char*>("t"), 1);
    SSL_CTX_set_session_cache_mode(peer.context(), SSL_SESS_CACHE_SERVER);
    if (!GetParam().tickets) SSL_CTX_set_options(peer.context(), SSL_OP_NO_TICKET);
  }
  // One link with a little traffic, so that tickets arrive; true if it was resumed, as both sides see it.
  bool visit(std::string_view host = "localhost") {
    before_ = link.sent().size();
    EXPECT_EQ(connect(host), Link::up) << to_string(tls->error()) << tls->detail().code;
    peer.send("x");
    EXPECT_EQ(receive(1), "x");
    const bool resumed = tls->info().resumed;
    EXPECT_EQ(SSL_get_early_data_status(peer.ssl()), SSL_EARLY_DATA_NOT_SENT);
    EXPECT_EQ(SSL_session_reused(peer.ssl()) != 0, resumed);
    received_ = BIO_number_written(SSL_get_wbio(peer.ssl()));
    sent_ = BIO_number_read(SSL_get_rbio(peer.ssl()));
    peer.close_notify();
    run([](Link state) { return state == Link::eof; });
    tls->close(How::abort);
    return resumed;
  }

  std::vector<std::uint8_t> kept_ = std::vector<std::uint8_t>(4096);
  mbedtls::SessionStore sessions_{MutBytes(kept_.data(), kept_.size())};
  std::size_t before_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t sent_ = 0;
};

INSTANTIATE_TEST_SUITE_P(, Resumption,
                         testing::Values(Kind{"tickets of 1.2", TLS1_2_VERSION, true},
                                         Kind{"session IDs of 1.2", TLS1_2_VERSION, false},
                                         Kind{"tickets of 1.3", TLS1_3_VERSION, true}));

TEST_P(Resumption, the_second_handshake_is_short) {
  store = &sessions_;
  EXPECT_FALSE(visit());
  const auto full = std::pair(sent_, received_);
  EXPECT_FALSE(sessions_.data().empty()) << sessions_.needed();
  EXPECT_TRUE(visit());
  std::printf("| %-20s | full %llu + %llu bytes | resumed %llu + %llu bytes | kept %zu bytes |\n", GetParam().name,
              static_cast<unsigned long long>(full.first), static_cast<unsigned long long>(full.second),
              static_cast<unsigned long long>(sent_), static_cast<unsigned long long>(received_),
              sessions_.data().size());
  EXPECT_LT(received_, full.second - 400) << "the certificate and its proof are not sent";
  EXPECT_TRUE(visit()) << "and again";
}

// A device that slept deeply has nothing left but what it exported.
TEST_P(Resumption, exported_and_imported) {
  store = &sessions_;
  EXPECT_FALSE(visit());
  const std::vector<std::uint8_t> exported(sessions_.data().begin(), sessions_.data().end());
  tls.reset();
  config.reset();
  std::vector<std::uint8_t> memory_after(4096);
  mbedtls::SessionStore after{MutBytes(memory_after.data(), memory_after.size())};
  ASSERT_TRUE(after.import(Bytes(exported.data(), exported.size())));
  store = &after;
  EXPECT_TRUE(visit());
}

TEST_P(Resumption, never_for_another_host) {
  store = &sessions_;
  EXPECT_FALSE(visit("localhost"));
  EXPECT_FALSE(visit("whit.test"));
}

TEST_P(Resumption, never_under_another_trust) {
  store = &sessions_;
  config.emplace(mbedtls::Role::client, arena, drbg);
  config->insecure_no_verification();
  EXPECT_FALSE(visit());
  EXPECT_TRUE(visit());
  tls.reset();
  trusting();  // verification is on now: what was made without it does not count
  EXPECT_FALSE(visit());
  EXPECT_TRUE(visit());
  static const mbedtls::Pin other{};
  config->pin({&other, 1});
  ASSERT_EQ(connect(), Link::failed) << "a pin that was added is looked at";
  EXPECT_EQ(tls->error(), Error::tls_pin_mismatch);
}

// TLS-17: the server lost its key or its cache.
TEST_P(Resumption, a_forgotten_session_becomes_a_full_handshake) {
  store = &sessions_;
  EXPECT_FALSE(visit());
  server("server");
  EXPECT_FALSE(visit());
  EXPECT_TRUE(visit());
  // And that one is verified as any other.
  server("self_signed");
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_untrusted);
}

TEST_P(Resumption, a_store_that_is_too_small_says_how_large) {
  std::vector<std::uint8_t> little(64);
  mbedtls::SessionStore small{MutBytes(little.data(), little.size())};
  store = &small;
  EXPECT_FALSE(visit());
  EXPECT_TRUE(small.data().empty());
  EXPECT_GT(small.needed(), little.size());
  const std::size_t needed = small.needed();
  EXPECT_FALSE(visit());
  tls.reset();
  std::vector<std::uint8_t> exact(needed);
  mbedtls::SessionStore fits{MutBytes(exact.data(), exact.size())};
  store = &fits;
  EXPECT_FALSE(visit());
  EXPECT_TRUE(visit());
}

TEST_P(Resumption, damaged_data_is_not_used) {
  store = &sessions_;
  EXPECT_FALSE(visit());
  const std::vector<std::uint8_t> good(sessions_.data().begin(), sessions_.data().end());
  for (std::size_t i = 0; i < good.size(); i += 7) {
    std::vector<std::uint8_t> bad = good;
    bad[i] = static_cast<std::uint8_t>(bad[i] ^ 0x55);
    sessions_.import(Bytes(bad.data(), bad.size()));
    const Link state = connect();  // refused, a full handshake, or an end with an error: never a wrong kind of open
    EXPECT_TRUE(state != Link::up || send("x")) << i;
    tls->close(How::abort);
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{3}, std::size_t{20}, std::size_t{5000}}) {
    std::vector<std::uint8_t> cut = good;
    cut.resize(size);
    const bool taken = sessions_.import(Bytes(cut.data(), cut.size()));
    EXPECT_FALSE(taken);
  }
}

// TLS-16: by the clock, where there is one.
TEST_P(Resumption, not_after_its_lifetime) {
  static std::uint64_t time;
  time = real_time(nullptr);
  trusting().clock({[](void*) { return time; }, nullptr});
  store = &sessions_;
  EXPECT_FALSE(visit());
  EXPECT_TRUE(visit());
  time += 8 * 86400;
  EXPECT_FALSE(visit());
}

}  // namespace
}  // namespace whit::test
