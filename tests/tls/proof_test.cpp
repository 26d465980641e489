// What a chain and a handshake must prove beyond a name and a date: authorities that are none, limits of path length,
// altered certificates, keys that the peer does not hold.
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstring>
#include <memory>

#include "tls/tls_fixture.hpp"

namespace whit::test {
namespace {

struct Chain {
  const char* name;
  const char* key;
  Error error;
};

void PrintTo(const Chain& chain, std::ostream* out) { *out << chain.name; }

class Proof : public TlsTest, public testing::WithParamInterface<std::tuple<int, Chain>> {};

TEST_P(Proof, is_missing_and_nothing_opens) {
  const auto& [version, chain] = GetParam();
  peer.versions(version, version);
  peer.identity(chain.name, chain.key);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(to_string(tls->error()), to_string(chain.error))
      << tls->detail().code << " flags " << tls->detail().verify_flags;
  EXPECT_TRUE(peer.take_received().empty());
  tls->close(How::abort);
}

INSTANTIATE_TEST_SUITE_P(
    , Proof,
    testing::Combine(testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                     testing::Values(Chain{"by_a_server_full", "by_a_server", Error::tls_untrusted},
                                     Chain{"too_far_full", "too_far", Error::tls_untrusted},
                                     Chain{"by_an_expired_full", "by_an_expired", Error::tls_expired},
                                     Chain{"by_a_non_signer_full", "by_a_non_signer", Error::tls_untrusted},
                                     Chain{"by_a_constrained_full", "by_a_constrained", Error::tls_bad_certificate},
                                     Chain{"zero_in_name", "zero_in_name", Error::tls_wrong_host},
                                     Chain{"by_mail", "by_mail", Error::tls_wrong_host},
                                     Chain{"namesake", "namesake", Error::tls_untrusted})));

// RFC 8446 4.4.2.2: the key must be one for signatures. (In TLS 1.2 OpenSSL itself sends no such certificate.)
TEST_F(TlsTest, a_key_that_may_not_sign) {
  peer.versions(TLS1_3_VERSION, TLS1_3_VERSION);
  peer.identity("agreement_only");
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(to_string(tls->error()), "tls_bad_certificate") << tls->detail().verify_flags;
}

// RFC 9525 6.3, 6.4: an address is not a name, and a wildcard stands for one whole label on the left of others.
TEST_F(TlsTest, names_that_are_almost_right) {
  const std::pair<const char*, const char*> cases[] = {
      {"address_as_name", "127.0.0.1"}, {"address_as_name", "::1"},      {"wild_everything", "localhost"},
      {"wild_everything", "whit.test"}, {"wild_everything", "a.b.test"}, {"wild_everything", "www.wild.test"}};
  for (const auto& [name, host] : cases) {
    peer.identity(name);
    EXPECT_EQ(connect(host), Link::failed) << name << " " << host;
    EXPECT_EQ(to_string(tls->error()), "tls_wrong_host") << name << " " << host;
    tls->close(How::abort);
  }
}

// RFC 5246 7.2.2, RFC 8446 6.2: the server's log says why.
TEST_F(TlsTest, the_server_is_told_why_it_was_refused) {
  const std::pair<const char*, int> cases[] = {{"expired", SSL_AD_CERTIFICATE_EXPIRED},
                                               {"self_signed", SSL_AD_UNKNOWN_CA},
                                               {"wrong_host", SSL_AD_BAD_CERTIFICATE},
                                               {"wrong_usage", SSL_AD_UNSUPPORTED_CERTIFICATE}};
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const auto& [name, expected] : cases) {
      static int alert;
      alert = 0;
      peer.versions(version, version);
      peer.identity(name);
      SSL_CTX_set_info_callback(peer.context(), [](const SSL*, int where, int what) {
        if (where == SSL_CB_READ_ALERT) alert = what & 0xFF;
      });
      ASSERT_EQ(connect(), Link::failed);
      tls->close(How::abort);
      peer.exchange(link);
      EXPECT_EQ(alert, expected) << name << " " << version;
      EXPECT_TRUE(link.fin()) << "an end, not a reset, follows the alert";
    }
  }
}

// The certificate is the real one, whom it belongs to is somebody else: the server role of whit's, told to sign with
// another key.
class Impostor {
 public:
  Impostor(mbedtls::Arena& arena, mbedtls::Drbg& drbg, const char* name, const char* key,
           mbedtls::Signer::Algorithm kind)
      : config_(mbedtls::Role::server, arena, drbg), key_(load(key), EVP_PKEY_free) {
    signer_ = {kind, static_cast<std::size_t>(EVP_PKEY_bits(key_.get())), sign, key_.get()};
    start(name);
  }
  Impostor(mbedtls::Arena& arena, mbedtls::Drbg& drbg, const char* name, const mbedtls::Signer& signer)
      : config_(mbedtls::Role::server, arena, drbg), key_(nullptr, EVP_PKEY_free), signer_(signer) {
    start(name);
  }
  mbedtls::Config& config() { return config_; }
  void work(MemoryLink& client, std::uint32_t ms) {
    ferry(client, link_);
    tls_.poll({ms});
    ferry(link_, client);
  }

 private:
  void start(const char* name) {
    EXPECT_EQ(config_.identity(certificate(std::string(name) + ".pem"), signer_), Error::none);
    link_.adopt();
    EXPECT_EQ(tls_.accept(), Status::ok);
  }
  static EVP_PKEY* load(const char* name) {
    std::FILE* file = std::fopen(certificate_path(std::string(name) + ".key").c_str(), "r");
    EVP_PKEY* key = PEM_read_PrivateKey(file, nullptr, nullptr, nullptr);
    std::fclose(file);
    return key;
  }
  static std::size_t sign(void* key, mbedtls_md_type_t md, Bytes hash, MutBytes out) {
    const std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> context(
        EVP_PKEY_CTX_new(static_cast<EVP_PKEY*>(key), nullptr), EVP_PKEY_CTX_free);
    std::size_t size = out.size();
    const EVP_MD* digest = md == MBEDTLS_MD_SHA256   ? EVP_sha256()
                           : md == MBEDTLS_MD_SHA384 ? EVP_sha384()
                                                     : EVP_sha512();
    const bool good = EVP_PKEY_sign_init(context.get()) > 0 &&
                      EVP_PKEY_CTX_set_signature_md(context.get(), digest) > 0 &&
                      EVP_PKEY_sign(context.get(), out.data(), &size, hash.data(), hash.size()) > 0;
    return good ? size : 0;
  }

  mbedtls::Config config_;
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  mbedtls::Signer signer_;
  MemoryLink link_;
  mbedtls::Tls tls_{link_, config_};
};

class Possession : public TlsTest {
 protected:
  template <typename... Key>
  Link meet(mbedtls::Version version, const char* name, const Key&... key) {
    if (!config) trusting();
    config->max_version(version);
    config->min_version(version);
    Impostor server(arena, drbg, name, key...);
    tls.emplace(link, *config);
    EXPECT_EQ(tls->connect("localhost", 443), Status::ok);
    Link state = Link::connecting;
    for (int i = 0; i < 60 && state == Link::connecting; ++i) {
      state = tls->poll({++ms});
      server.work(link, ms);
    }
    return state;
  }
};

TEST_F(Possession, of_the_key_is_proved) {
  for (const auto version : {mbedtls::Version::tls_1_2, mbedtls::Version::tls_1_3}) {
    EXPECT_EQ(meet(version, "server", "server", mbedtls::Signer::Algorithm::ecdsa), Link::up);
    tls.reset();
  }
  EXPECT_EQ(meet(mbedtls::Version::tls_1_2, "rsa_server", "rsa_server", mbedtls::Signer::Algorithm::rsa_pkcs1),
            Link::up);
}

TEST_F(Possession, of_another_key_is_a_bad_signature) {
  for (const auto version : {mbedtls::Version::tls_1_2, mbedtls::Version::tls_1_3}) {
    EXPECT_EQ(meet(version, "server", "self_signed", mbedtls::Signer::Algorithm::ecdsa), Link::failed);
    EXPECT_EQ(to_string(tls->error()), "tls_bad_signature") << tls->detail().code;
    tls.reset();
  }
  EXPECT_EQ(meet(mbedtls::Version::tls_1_2, "rsa_server", "rsa_client", mbedtls::Signer::Algorithm::rsa_pkcs1),
            Link::failed);
  EXPECT_EQ(to_string(tls->error()), "tls_bad_signature") << tls->detail().code;
}

// What no key at all could have made: a number above every modulus, and what is not two integers in DER.
TEST_F(Possession, of_no_key_is_a_bad_signature) {
  const auto ones = [](void*, mbedtls_md_type_t, Bytes, MutBytes out) {
    constexpr std::size_t kSize = 256;
    std::memset(out.data(), 0xFF, kSize);
    return kSize;
  };
  const mbedtls::Signer rsa{mbedtls::Signer::Algorithm::rsa_pkcs1, 2048, ones, nullptr};
  EXPECT_EQ(meet(mbedtls::Version::tls_1_2, "rsa_server", rsa), Link::failed);
  EXPECT_EQ(to_string(tls->error()), "tls_bad_signature") << tls->detail().code;
  tls.reset();

  const auto zeros = [](void*, mbedtls_md_type_t, Bytes, MutBytes out) {
    constexpr std::size_t kSize = 70;
    std::memset(out.data(), 0, kSize);
    return kSize;
  };
  const mbedtls::Signer ecdsa{mbedtls::Signer::Algorithm::ecdsa, 256, zeros, nullptr};
  for (const auto version : {mbedtls::Version::tls_1_2, mbedtls::Version::tls_1_3}) {
    EXPECT_EQ(meet(version, "server", ecdsa), Link::failed);
    EXPECT_EQ(to_string(tls->error()), "tls_bad_signature") << tls->detail().code;
    tls.reset();
  }
}

// Not even somebody who does not look at the chain, or who looks at the pin only, takes a certificate for its key.
TEST_F(Possession, is_proved_without_verification_too) {
  mbedtls::Pin pin;
  std::memcpy(pin.sha256, certificate("server.pin").data(), sizeof pin.sha256);
  for (const auto version : {mbedtls::Version::tls_1_2, mbedtls::Version::tls_1_3}) {
    for (const bool pinned : {true, false}) {
      config.emplace(mbedtls::Role::client, arena, drbg);
      pinned ? config->pin({&pin, 1}) : config->insecure_no_verification();
      EXPECT_EQ(meet(version, "server", "self_signed", mbedtls::Signer::Algorithm::ecdsa), Link::failed) << pinned;
      EXPECT_EQ(to_string(tls->error()), "tls_bad_signature") << pinned;
      tls.reset();
    }
  }
}

}  // namespace
}  // namespace whit::test
