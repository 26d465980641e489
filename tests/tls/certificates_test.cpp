// TLS-02..05, TLS-07: whom a client believes. Nothing opens otherwise, and each cause has its own error.
#include <cstring>

#include "tls/tls_fixture.hpp"

namespace whit::test {
namespace {

struct Bad {
  const char* chain;
  const char* key;
  Error error;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.chain; }

class BadCertificate : public TlsTest, public testing::WithParamInterface<std::tuple<int, Bad>> {};

TEST_P(BadCertificate, is_refused_with_its_cause) {
  const auto& [version, bad] = GetParam();
  peer.versions(version, version);
  peer.identity(bad.chain, bad.key);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(to_string(tls->error()), to_string(bad.error))
      << tls->detail().code << " flags " << tls->detail().verify_flags;
  EXPECT_FALSE(describe(tls->error()).empty());
  EXPECT_TRUE(peer.take_received().empty()) << "TLS-01: nothing is sent before the server is verified";
  EXPECT_EQ(tls->tx(as_bytes("secret")), 0u);
  tls->close(How::abort);
  // Only the anchors remain. An RSA key keeps what it computed at its first use, so the second attempt is compared.
  const std::size_t used = arena.used(), blocks = arena.blocks();
  ASSERT_EQ(connect(), Link::failed);
  tls->close(How::abort);
  EXPECT_EQ(arena.used(), used);
  EXPECT_EQ(arena.blocks(), blocks);
}

INSTANTIATE_TEST_SUITE_P(, BadCertificate,
                         testing::Combine(testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                                          testing::Values(Bad{"expired", "expired", Error::tls_expired},
                                                          Bad{"future", "future", Error::tls_not_yet_valid},
                                                          Bad{"wrong_host", "wrong_host", Error::tls_wrong_host},
                                                          Bad{"common_name", "common_name", Error::tls_wrong_host},
                                                          Bad{"self_signed", "self_signed", Error::tls_untrusted},
                                                          Bad{"other_server", "other_server", Error::tls_untrusted},
                                                          Bad{"chained", "chained",
                                                              Error::tls_untrusted},  // its intermediate one is missing
                                                          Bad{"deep_full", "deep",
                                                              Error::tls_untrusted},  // longer than mbedTLS follows
                                                          Bad{"wrong_usage", "wrong_usage", Error::tls_bad_certificate},
                                                          Bad{"weak", "weak", Error::tls_bad_certificate},
                                                          Bad{"sha1", "sha1", Error::tls_bad_certificate},
                                                          Bad{"md5", "md5", Error::tls_bad_certificate})));

// TLS-03, TLS-04: names and addresses.
TEST_F(TlsTest, names_and_addresses_of_the_certificate) {
  struct {
    const char* host;
    bool good;
  } const cases[] = {{"localhost", true},      {"whit.test", true},      {"WHIT.test", true},
                     {"a.wild.test", true},    {"a.b.wild.test", false}, {"wild.test", false},
                     {"127.0.0.1", true},      {"127.0.0.2", false},     {"::1", true},
                     {"::2", false},           {"notlocalhost", false},  {"localhost.", true},
                     {"0:0:0:0:0:0:0:1", true}};
  for (const auto& each : cases) {
    const Link state = connect(each.host);
    EXPECT_EQ(state, each.good ? Link::up : Link::failed) << each.host;
    EXPECT_EQ(tls->error(), each.good ? Error::none : Error::tls_wrong_host) << each.host;
    tls->close(How::abort);
  }
}

TEST_F(TlsTest, no_name_is_no_host) {
  trusting();
  mbedtls::Tls nameless{link, *config};
  for (const std::string& host : {std::string(), std::string("."), std::string(300, 'a')}) {
    EXPECT_EQ(nameless.connect(host, 443), Status::transport_failed);
    EXPECT_EQ(nameless.error(), Error::name_not_found);
  }
  EXPECT_EQ(link.connects(), 0u);
}

// TLS-05: for names, and never for addresses.
TEST_F(TlsTest, server_name_indication) {
  const std::pair<const char*, std::string> cases[] = {
      {"localhost", "localhost"}, {"whit.test.", "whit.test"}, {"127.0.0.1", ""}, {"::1", ""}};
  for (const auto& [host, expected] : cases) {
    ASSERT_EQ(connect(host), Link::up);
    const char* name = SSL_get_servername(peer.ssl(), TLSEXT_NAMETYPE_host_name);
    EXPECT_EQ(name != nullptr ? name : "", expected);
    tls->close(How::abort);
  }
}

TEST_F(TlsTest, without_anything_to_verify_with_nothing_is_sent) {
  config.emplace(mbedtls::Role::client, arena, drbg);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_no_anchor);
  EXPECT_EQ(link.connects(), 0u);
}

TEST_F(TlsTest, anchors_as_der_and_pem_and_several) {
  const std::string root = certificate("root.der"), other = certificate("other_root.der");
  config.emplace(mbedtls::Role::client, arena, drbg);
  config->ignore_dates();
  ASSERT_EQ(config->trust_der(as_bytes(other)), Error::none);
  ASSERT_EQ(connect(), Link::failed);
  tls->close(How::abort);
  ASSERT_EQ(config->trust_der(as_bytes(root)), Error::none);
  ASSERT_EQ(connect(), Link::up);
  tls->close(How::abort);
  ASSERT_EQ(config->trust_pem(certificate("rsa_root.pem")), Error::none);
  peer.identity("rsa_server");
  EXPECT_EQ(connect(), Link::up);
}

TEST_F(TlsTest, bad_configuration_is_told) {
  config.emplace(mbedtls::Role::client, arena, drbg);
  EXPECT_EQ(config->trust_der(as_bytes("nonsense")), Error::tls_bad_certificate_data);
  EXPECT_EQ(config->trust_pem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            Error::tls_bad_certificate_data);
  EXPECT_EQ(config->identity(certificate("client.pem"), certificate("server.key")), Error::tls_bad_key);
  EXPECT_EQ(config->identity(certificate("client.pem"), "no key"), Error::tls_bad_key);
  EXPECT_EQ(config->identity("no certificate", certificate("client.key")), Error::tls_bad_certificate_data);
}

TEST_F(TlsTest, an_unreadable_anchor_in_a_bundle_is_skipped) {
  config.emplace(mbedtls::Role::client, arena, drbg);
  config->ignore_dates();
  const std::string bad = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  ASSERT_EQ(config->trust_pem(bad + certificate("root.pem")), Error::none);
  EXPECT_EQ(connect(), Link::up);
}

// TLS-07
TEST_F(TlsTest, without_a_clock_the_application_has_to_choose) {
  static std::uint64_t time;
  const mbedtls::Clock clock{[](void*) { return time; }, nullptr};
  time = 0;
  trusting().clock(clock);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_clock_unknown);
  tls->close(How::abort);

  time = real_time(nullptr);  // the clock was set meanwhile
  ASSERT_EQ(connect(), Link::up);
  tls->close(How::abort);
  time = 1;  // 1970
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_not_yet_valid);
  tls->close(How::abort);
  time = 4102444800;  // 2100
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_expired);
  tls->close(How::abort);

  peer.identity("expired");
  time = 0;
  config->clock(clock, mbedtls::WithoutClock::ignore_dates);
  ASSERT_EQ(connect(), Link::up);
  tls->close(How::abort);
  time = real_time(nullptr);
  ASSERT_EQ(connect(), Link::failed) << "once the time is known it counts";
  tls->close(How::abort);
  config->ignore_dates();
  EXPECT_EQ(connect(), Link::up);
}

// No clock was ever given: that is not a choice.
TEST_F(TlsTest, no_clock_at_all_refuses) {
  config.emplace(mbedtls::Role::client, arena, drbg);
  ASSERT_EQ(config->trust_pem(certificate("root.pem")), Error::none);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_clock_unknown);
}

mbedtls::Pin pin(std::string_view name) {
  mbedtls::Pin pin;
  const std::string bytes = certificate(std::string(name) + ".pin");
  std::memcpy(pin.sha256, bytes.data(), sizeof pin.sha256);
  return pin;
}

TEST_F(TlsTest, pins) {
  const mbedtls::Pin right[] = {pin("self_signed"), pin("server")}, root[] = {pin("root")},
                     wrong[] = {pin("self_signed")};
  trusting().pin(right);
  ASSERT_EQ(connect(), Link::up);
  tls->close(How::abort);
  config->pin(root);
  ASSERT_EQ(connect(), Link::up);
  tls->close(How::abort);
  config->pin(wrong);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_pin_mismatch);
}

TEST_F(TlsTest, a_pin_does_not_replace_verification) {
  const mbedtls::Pin pins[] = {pin("self_signed")};
  peer.identity("self_signed");
  trusting().pin(pins);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_untrusted);
}

TEST_F(TlsTest, a_pin_alone_is_trust_in_the_servers_own_key) {
  const mbedtls::Pin pins[] = {pin("self_signed")}, root[] = {pin("root")};
  peer.identity("self_signed");
  config.emplace(mbedtls::Role::client, arena, drbg);
  config->pin(pins);
  ASSERT_EQ(connect("any.name"), Link::up);
  tls->close(How::abort);
  peer.identity("server");
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_pin_mismatch);
  tls->close(How::abort);
  // Somebody who sends the root's certificate along does not own its key.
  peer.identity("server_with_root", "server");
  config->pin(root);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_pin_mismatch);
}

TEST_F(TlsTest, insecure_is_only_what_was_asked_for) {
  const mbedtls::Pin wrong[] = {pin("root")};
  peer.identity("expired");
  config.emplace(mbedtls::Role::client, arena, drbg);
  config->insecure_no_verification();
  ASSERT_EQ(connect("wrong.name"), Link::up);
  tls->close(How::abort);
  config->pin(wrong);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_pin_mismatch);
}

}  // namespace
}  // namespace whit::test
