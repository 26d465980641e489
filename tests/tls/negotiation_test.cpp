// Versions, cipher suites, client certificates, pre-shared keys, ALPN.
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstring>

#include "tls/tls_fixture.hpp"

namespace whit::test {
namespace {

struct Suite {
  const char* openssl;
  const char* mbedtls;
  const char* server;
  int version;
};

void PrintTo(const Suite& suite, std::ostream* out) { *out << suite.openssl; }

class CipherSuite : public TlsTest, public testing::WithParamInterface<Suite> {};

TEST_P(CipherSuite, carries_bytes_both_ways) {
  const Suite& suite = GetParam();
  peer.versions(suite.version, suite.version);
  peer.identity(suite.server);
  if (suite.version == TLS1_3_VERSION) {
    SSL_CTX_set_ciphersuites(peer.context(), suite.openssl);
  } else {
    peer.ciphers(suite.openssl);
  }
  ASSERT_EQ(connect(), Link::up) << to_string(tls->error()) << " " << tls->detail().code;
  EXPECT_EQ(tls->info().cipher, suite.mbedtls);
  EXPECT_FALSE(tls->info().resumed);
  ASSERT_TRUE(send("hello"));
  EXPECT_EQ(peer.take_received(), "hello");
  peer.send("world");
  EXPECT_EQ(receive(5), "world");
}

INSTANTIATE_TEST_SUITE_P(
    , CipherSuite,
    testing::Values(
        Suite{"ECDHE-ECDSA-AES128-GCM-SHA256", "TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256", "server", TLS1_2_VERSION},
        Suite{"ECDHE-ECDSA-AES256-GCM-SHA384", "TLS-ECDHE-ECDSA-WITH-AES-256-GCM-SHA384", "server", TLS1_2_VERSION},
        Suite{"ECDHE-ECDSA-CHACHA20-POLY1305", "TLS-ECDHE-ECDSA-WITH-CHACHA20-POLY1305-SHA256", "server",
              TLS1_2_VERSION},
        Suite{"ECDHE-ECDSA-AES128-GCM-SHA256", "TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256", "p384_server",
              TLS1_2_VERSION},
        Suite{"ECDHE-RSA-AES128-GCM-SHA256", "TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256", "rsa_server", TLS1_2_VERSION},
        Suite{"ECDHE-RSA-AES256-GCM-SHA384", "TLS-ECDHE-RSA-WITH-AES-256-GCM-SHA384", "rsa_server", TLS1_2_VERSION},
        Suite{"ECDHE-RSA-CHACHA20-POLY1305", "TLS-ECDHE-RSA-WITH-CHACHA20-POLY1305-SHA256", "rsa_server",
              TLS1_2_VERSION},
        Suite{"TLS_AES_128_GCM_SHA256", "TLS1-3-AES-128-GCM-SHA256", "server", TLS1_3_VERSION},
        Suite{"TLS_AES_256_GCM_SHA384", "TLS1-3-AES-256-GCM-SHA384", "rsa_server", TLS1_3_VERSION},
        Suite{"TLS_CHACHA20_POLY1305_SHA256", "TLS1-3-CHACHA20-POLY1305-SHA256", "p384_server", TLS1_3_VERSION}));

class BothVersions : public TlsTest, public testing::WithParamInterface<int> {
 protected:
  void SetUp() override { peer.versions(GetParam(), GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(, BothVersions, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

// TLS-06
TEST_F(TlsTest, nothing_below_1_2_is_offered) {
  peer.versions(TLS1_1_VERSION, TLS1_1_VERSION);
  peer.identity("server");
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_no_shared_version);
}

TEST_F(TlsTest, min_and_max_version) {
  trusting().min_version(mbedtls::Version::tls_1_3);
  peer.versions(TLS1_2_VERSION, TLS1_2_VERSION);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_no_shared_version);
  tls->close(How::abort);
  config->min_version(mbedtls::Version::tls_1_2);
  config->max_version(mbedtls::Version::tls_1_2);
  peer.versions(TLS1_2_VERSION, TLS1_3_VERSION);
  ASSERT_EQ(connect(), Link::up);
  EXPECT_EQ(tls->info().version, "TLSv1.2");
}

TEST_F(TlsTest, no_shared_cipher) {
  peer.versions(TLS1_2_VERSION, TLS1_2_VERSION);
  peer.identity("rsa_server");
  peer.ciphers("AES128-SHA");
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_no_shared_cipher);
  EXPECT_EQ(tls->detail().alert, 40);
  tls->close(How::abort);
  static const int suites[] = {MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, 0};
  config->cipher_suites(suites);
  peer.ciphers("ALL");
  ASSERT_EQ(connect(), Link::failed) << "an RSA key cannot serve an ECDSA suite";
}

TEST_F(TlsTest, a_server_that_uses_pss_in_1_2_is_dialled_again) {
  peer.versions(TLS1_2_VERSION, TLS1_2_VERSION);
  peer.identity("rsa_server");
  SSL_CTX_set_options(peer.context(), SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set1_sigalgs_list(peer.context(), "RSA-PSS+SHA256:RSA+SHA256");
  trusting();
  tls.emplace(link, *config);
  peer.restart();
  ASSERT_EQ(tls->connect("localhost", 443), Status::ok);
  // The server takes part in both connections.
  std::size_t seen = 1;
  const Link state = run([&](Link link_state) {
    if (link.connects() != seen) peer.restart();
    if (link.connects() != seen) (void)link.take_sent();
    seen = link.connects();
    return link_state != Link::connecting;
  });
  EXPECT_EQ(state, Link::up) << to_string(tls->error()) << tls->detail().code;
  EXPECT_EQ(link.connects(), 2u);
}

TEST_P(BothVersions, client_certificates) {
  for (const char* name : {"client", "rsa_client"}) {
    peer.identity("server");
    SSL_CTX_set_verify(peer.context(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    ASSERT_EQ(SSL_CTX_load_verify_locations(peer.context(), certificate_path("root.pem").c_str(), nullptr), 1);
    ASSERT_EQ(trusting().identity(certificate(std::string(name) + ".pem"), certificate(std::string(name) + ".key")),
              Error::none);
    ASSERT_EQ(connect(), Link::up) << to_string(tls->error());
    ASSERT_TRUE(send("it is me"));
    EXPECT_EQ(peer.take_received(), "it is me");
    X509* seen = SSL_get1_peer_certificate(peer.ssl());
    EXPECT_NE(seen, nullptr);
    X509_free(seen);
    tls.reset();
    config.reset();
  }
}

// The server's refusal has a number, whenever it comes: in TLS 1.3 our side is complete by then (RFC 8446 4.4.2.4).
TEST_P(BothVersions, a_missing_client_certificate) {
  peer.identity("server");
  SSL_CTX_set_verify(peer.context(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  connect();
  EXPECT_EQ(run([](Link state) { return state == Link::failed; }), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_alert);
  EXPECT_EQ(tls->detail().alert, GetParam() == TLS1_3_VERSION ? 116 : 40);
}

// A secure element, played by OpenSSL.
std::size_t sign_elsewhere(void* key, mbedtls_md_type_t md, Bytes hash, MutBytes out) {
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(static_cast<EVP_PKEY*>(key), nullptr);
  const EVP_MD* digest = md == MBEDTLS_MD_SHA384 ? EVP_sha384() : md == MBEDTLS_MD_SHA512 ? EVP_sha512() : EVP_sha256();
  std::size_t size = out.size();
  const bool good = EVP_PKEY_sign_init(context) > 0 && EVP_PKEY_CTX_set_signature_md(context, digest) > 0 &&
                    EVP_PKEY_sign(context, out.data(), &size, hash.data(), hash.size()) > 0;
  EVP_PKEY_CTX_free(context);
  return good ? size : 0;
}

TEST_P(BothVersions, a_key_that_is_kept_elsewhere) {
  struct {
    const char* name;
    mbedtls::Signer::Algorithm algorithm;
    std::size_t bits;
  } const keys[] = {{"client", mbedtls::Signer::Algorithm::ecdsa, 256},
                    {"rsa_client", mbedtls::Signer::Algorithm::rsa_pkcs1, 2048}};
  for (const auto& each : keys) {
    if (GetParam() == TLS1_3_VERSION && each.algorithm == mbedtls::Signer::Algorithm::rsa_pkcs1)
      continue;  // RFC 8446 4.2.3
    std::FILE* file = std::fopen(certificate_path(std::string(each.name) + ".key").c_str(), "r");
    EVP_PKEY* key = PEM_read_PrivateKey(file, nullptr, nullptr, nullptr);
    std::fclose(file);
    const mbedtls::Signer signer{each.algorithm, each.bits, sign_elsewhere, key};
    peer.identity("server");
    SSL_CTX_set_verify(peer.context(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    ASSERT_EQ(SSL_CTX_load_verify_locations(peer.context(), certificate_path("root.pem").c_str(), nullptr), 1);
    ASSERT_EQ(trusting().identity(certificate(std::string(each.name) + ".pem"), signer), Error::none);
    ASSERT_EQ(connect(), Link::up) << each.name << to_string(tls->error()) << tls->detail().code;
    ASSERT_TRUE(send("signed"));
    EXPECT_EQ(peer.take_received(), "signed");
    tls.reset();
    config.reset();
    EVP_PKEY_free(key);
  }
}

const std::uint8_t kPsk[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

unsigned find_psk(SSL*, const char* identity, unsigned char* out, unsigned) {
  if (std::strcmp(identity, "device") != 0) return 0;
  std::memcpy(out, kPsk, sizeof kPsk);
  return sizeof kPsk;
}

TEST_P(BothVersions, pre_shared_keys) {
  peer.identity("server");
  SSL_CTX_set_psk_server_callback(peer.context(), find_psk);
  peer.ciphers("PSK");
  config.emplace(mbedtls::Role::client, arena, drbg);
  ASSERT_EQ(config->psk("device", Bytes(kPsk)), Error::none);
  ASSERT_EQ(connect(), Link::up) << to_string(tls->error()) << tls->detail().code;
  ASSERT_TRUE(send("shared"));
  EXPECT_EQ(peer.take_received(), "shared");
  tls.reset();
  const std::uint8_t wrong[16] = {};
  EXPECT_EQ(config->psk("device", Bytes(wrong)), Error::tls_bad_key) << "there is one for good";
  ASSERT_EQ(connect(), Link::up) << "and it still is there: " << to_string(tls->error());
  tls.reset();
  config.emplace(mbedtls::Role::client, arena, drbg);
  ASSERT_EQ(config->psk("device", Bytes(wrong)), Error::none);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(category(tls->error()), Category::tls);
}

// The wrong key shows where the server first checks what was made with it.
TEST_P(BothVersions, a_wrong_pre_shared_key) {
  const std::uint8_t wrong[16] = {};
  peer.identity("server");
  SSL_CTX_set_psk_server_callback(peer.context(), find_psk);
  peer.ciphers("PSK");
  config.emplace(mbedtls::Role::client, arena, drbg);
  ASSERT_EQ(config->psk("device", Bytes(wrong)), Error::none);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(to_string(tls->error()), "tls_alert");
  EXPECT_EQ(tls->detail().alert, GetParam() == TLS1_3_VERSION ? 47 : 20) << "the binder; the record of Finished";
  tls.reset();
  config.emplace(mbedtls::Role::client, arena, drbg);
  ASSERT_EQ(config->psk("somebody", Bytes(kPsk)), Error::none);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(category(tls->error()), Category::tls);
}

// A server that has certificates only must not be talked to when all we have is a shared key.
TEST_P(BothVersions, a_pre_shared_key_is_no_reason_to_believe_a_certificate) {
  peer.identity("self_signed");
  config.emplace(mbedtls::Role::client, arena, drbg);
  ASSERT_EQ(config->psk("device", Bytes(kPsk)), Error::none);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(category(tls->error()), Category::tls);
}

int choose_alpn(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in, unsigned in_size,
                void* offered) {
  static_cast<std::string*>(offered)->assign(reinterpret_cast<const char*>(in), in_size);
  *out = in + 1;
  *size = in[0];
  return SSL_TLSEXT_ERR_OK;
}

// TLS-15
TEST_P(BothVersions, alpn_offers_http_1_1_only) {
  std::string offered;
  peer.identity("server");
  SSL_CTX_set_alpn_select_cb(peer.context(), choose_alpn, &offered);
  ASSERT_EQ(connect(), Link::up);
  EXPECT_EQ(offered, "\x08http/1.1");
  tls->close(How::abort);
  offered.clear();
  config->alpn(nullptr);
  ASSERT_EQ(connect(), Link::up);
  EXPECT_EQ(offered, "");
  tls->close(How::abort);
  SSL_CTX_set_alpn_select_cb(
      peer.context(),
      [](SSL*, const unsigned char**, unsigned char*, const unsigned char*, unsigned, void*) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
      },
      nullptr);
  static const char* protocols[] = {"http/1.1", nullptr};
  config->alpn(protocols);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->detail().alert, 120);
}

}  // namespace
}  // namespace whit::test
