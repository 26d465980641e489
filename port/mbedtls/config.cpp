#include "mbedtls/config.hpp"

#include <mbedtls/build_info.h>
#include <mbedtls/sha256.h>

#include <cstring>

#if defined(MBEDTLS_PSA_CRYPTO_C)
#include <psa/crypto.h>
#endif

namespace whit::mbedtls {
namespace {

const char* http_1_1[] = {"http/1.1", nullptr};

// In order of preference. PKCS #1 v1.5 stands before PSS, which mbedTLS cannot take from a server in TLS 1.2; in
// TLS 1.3 v1.5 is only good for certificates (RFC 8446 4.2.3), so PSS is used there all the same.
#define WHIT_PKCS1_SIGNATURES                                                           \
  MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256, MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384, \
      MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256, MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384, MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512
constexpr std::uint16_t kSignatures[] = {WHIT_PKCS1_SIGNATURES, MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
                                         MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384, MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
                                         MBEDTLS_TLS1_3_SIG_NONE};
constexpr std::uint16_t kWithoutPss[] = {WHIT_PKCS1_SIGNATURES, MBEDTLS_TLS1_3_SIG_NONE};
#undef WHIT_PKCS1_SIGNATURES

mbedtls_ssl_protocol_version number(Version version) {
  return version == Version::tls_1_3 ? MBEDTLS_SSL_VERSION_TLS1_3 : MBEDTLS_SSL_VERSION_TLS1_2;
}

// RFC 6066 4: offered when we cannot take full records; the largest that fits both of our buffers.
void offer_fragment_length([[maybe_unused]] mbedtls_ssl_config& ssl) {
#if defined(MBEDTLS_SSL_MAX_FRAGMENT_LENGTH) && MBEDTLS_SSL_IN_CONTENT_LEN < 16384
  constexpr int kSmaller = MBEDTLS_SSL_IN_CONTENT_LEN < MBEDTLS_SSL_OUT_CONTENT_LEN ? MBEDTLS_SSL_IN_CONTENT_LEN
                                                                                    : MBEDTLS_SSL_OUT_CONTENT_LEN;
  static_assert(kSmaller >= 512, "TLS knows no fragments below 512 bytes");
  mbedtls_ssl_conf_max_frag_len(&ssl, kSmaller >= 4096   ? MBEDTLS_SSL_MAX_FRAG_LEN_4096
                                      : kSmaller >= 2048 ? MBEDTLS_SSL_MAX_FRAG_LEN_2048
                                      : kSmaller >= 1024 ? MBEDTLS_SSL_MAX_FRAG_LEN_1024
                                                         : MBEDTLS_SSL_MAX_FRAG_LEN_512);
#endif
}

// mbedTLS wants PEM with its terminating zero, and DER without.
bool is_pem(std::string_view text) { return text.find("-----BEGIN") != std::string_view::npos; }

// A copy with a zero behind it, which lives in the arena.
class Text {
 public:
  explicit Text(Arena& arena, std::string_view text) : arena_(arena), size_(text.size() + 1) {
    data_ = static_cast<unsigned char*>(arena.allocate(size_));
    if (data_ != nullptr && !text.empty()) std::memcpy(data_, text.data(), text.size());
  }
  ~Text() {
    if (data_ != nullptr) std::memset(data_, 0, size_);
    arena_.free(data_);
  }
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;
  [[nodiscard]] unsigned char* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  Arena& arena_;
  std::size_t size_;
  unsigned char* data_;
};

}  // namespace

Config::Config(Role role, Arena& arena, Drbg& drbg) : arena_(arena), drbg_(drbg) {
  const Arena::Scope scope(arena_);
  mbedtls_ssl_config_init(&ssl_);
  mbedtls_x509_crt_init(&anchors_);
  mbedtls_x509_crt_init(&own_);
  mbedtls_pk_init(&key_);
#if defined(MBEDTLS_PSA_CRYPTO_C)
  psa_crypto_init();  // it fails only if Drbg does, and then the handshake fails with the reason
#endif
  mbedtls_ssl_config_defaults(&ssl_, role == Role::server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
                              MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
  mbedtls_ssl_conf_rng(&ssl_, Drbg::random, &drbg_);
  mbedtls_ssl_conf_authmode(&ssl_, role == Role::server ? MBEDTLS_SSL_VERIFY_NONE : MBEDTLS_SSL_VERIFY_REQUIRED);
  offer_pss(true);
  offer_fragment_length(ssl_);
  if (role == Role::client) alpn(http_1_1);
#if defined(MBEDTLS_SSL_PROTO_TLS1_3) && defined(MBEDTLS_SSL_SESSION_TICKETS)
  mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(&ssl_,
                                                           MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
#endif
}

Config::~Config() {
  const Arena::Scope scope(arena_);
  mbedtls_ssl_config_free(&ssl_);
  mbedtls_pk_free(&key_);
  mbedtls_x509_crt_free(&own_);
  mbedtls_x509_crt_free(&anchors_);
}

// Chained, so that the order and number of all that is trusted counts.
void Config::remember(const void* data, std::size_t size) {
  mbedtls_sha256_context sha;
  mbedtls_sha256_init(&sha);
  mbedtls_sha256_starts(&sha, 0);
  mbedtls_sha256_update(&sha, trust_, sizeof trust_);
  mbedtls_sha256_update(&sha, static_cast<const unsigned char*>(data), size);
  mbedtls_sha256_finish(&sha, trust_);
  mbedtls_sha256_free(&sha);
}

Error Config::code(int result, Error otherwise) const {
  if (result == 0) return Error::none;
  return arena_.failed_request() != 0 ? Error::tls_out_of_arena : otherwise;
}

Error Config::add_chain(mbedtls_x509_crt& chain, std::string_view certificates, bool tolerant) {
  arena_.reset_failure();
  const Arena::Scope scope(arena_);
  if (!is_pem(certificates)) {
    const Bytes der = as_bytes(certificates);
    return code(mbedtls_x509_crt_parse_der(&chain, der.data(), der.size()), Error::tls_bad_certificate_data);
  }
  const Text text(arena_, certificates);
  if (text.data() == nullptr) return Error::tls_out_of_arena;
  const int result = mbedtls_x509_crt_parse(&chain, text.data(), text.size());
  // A positive result counts the certificates that were skipped.
  const bool skipped = result > 0 && tolerant && chain.raw.len != 0 && arena_.failed_request() == 0;
  return skipped ? Error::none : code(result, Error::tls_bad_certificate_data);
}

Error Config::trust_der(Bytes certificate) {
  arena_.reset_failure();
  const Arena::Scope scope(arena_);
  const int result = mbedtls_x509_crt_parse_der_nocopy(&anchors_, certificate.data(), certificate.size());
  remember(certificate.data(), certificate.size());
  return code(result, Error::tls_bad_certificate_data);
}

Error Config::trust_pem(std::string_view certificates) {
  remember(certificates.data(), certificates.size());
  return add_chain(anchors_, certificates, true);
}

void Config::pin(Span<const Pin> pins) {
  pins_ = pins;
  remember(pins.data(), pins.size() * sizeof(Pin));
}

void Config::clock(Clock clock, WithoutClock without) {
  clock_ = clock;
  without_clock_ = without;
  check_dates_ = true;
}

void Config::ignore_dates() { check_dates_ = false; }

void Config::insecure_no_verification() {
  insecure_ = true;
  remember("insecure", 8);
}

Error Config::own_chain(std::string_view certificates) {
  const Arena::Scope scope(arena_);
  mbedtls_pk_free(&key_);
  mbedtls_x509_crt_free(&own_);
  mbedtls_pk_init(&key_);
  mbedtls_x509_crt_init(&own_);
  return add_chain(own_, certificates, false);
}

Error Config::identity(std::string_view certificates, std::string_view key) {
  Error error = own_chain(certificates);
  if (error != Error::none) return error;
  const Arena::Scope scope(arena_);
  if (!drbg_.ready()) return Error::entropy_failed;
  const Text text(arena_, key);
  if (text.data() == nullptr) return Error::tls_out_of_arena;
  const std::size_t size = is_pem(key) ? text.size() : text.size() - 1;
  error = code(mbedtls_pk_parse_key(&key_, text.data(), size, nullptr, 0, Drbg::random, &drbg_), Error::tls_bad_key);
  if (error == Error::none)
    error = code(mbedtls_pk_check_pair(&own_.pk, &key_, Drbg::random, &drbg_), Error::tls_bad_key);
  if (error == Error::none) error = code(mbedtls_ssl_conf_own_cert(&ssl_, &own_, &key_), Error::tls_bad_key);
  return error;
}

Error Config::identity(std::string_view certificates, const Signer& signer) {
  const Error error = own_chain(certificates);
  if (error != Error::none) return error;
  const Arena::Scope scope(arena_);
  if (!use_signer(key_, signer)) return code(-1, Error::tls_bad_key);
  return code(mbedtls_ssl_conf_own_cert(&ssl_, &own_, &key_), Error::tls_bad_key);
}

Error Config::psk([[maybe_unused]] std::string_view identity, [[maybe_unused]] Bytes key) {
#if defined(MBEDTLS_SSL_HANDSHAKE_WITH_PSK_ENABLED)
  arena_.reset_failure();
  const Arena::Scope scope(arena_);
  const Bytes name = as_bytes(identity);
  const int result = mbedtls_ssl_conf_psk(&ssl_, key.data(), key.size(), name.data(), name.size());
  psk_ = psk_ || result == 0;  // a second one is refused, the first stays
  return code(result, Error::tls_bad_key);
#else
  return Error::tls_bad_key;
#endif
}

void Config::offer_pss(bool offer) { mbedtls_ssl_conf_sig_algs(&ssl_, offer ? kSignatures : kWithoutPss); }
void Config::min_version(Version version) { mbedtls_ssl_conf_min_tls_version(&ssl_, number(version)); }
void Config::max_version(Version version) { mbedtls_ssl_conf_max_tls_version(&ssl_, number(version)); }
void Config::cipher_suites(const int* suites) { mbedtls_ssl_conf_ciphersuites(&ssl_, suites); }

void Config::require_client_certificate() {
  mbedtls_ssl_conf_ca_chain(&ssl_, &anchors_, nullptr);
  mbedtls_ssl_conf_authmode(&ssl_, MBEDTLS_SSL_VERIFY_REQUIRED);
}

void Config::alpn([[maybe_unused]] const char** protocols) {
#if defined(MBEDTLS_SSL_ALPN)
  // mbedTLS has no way to take the list back.
  ssl_.MBEDTLS_PRIVATE(alpn_list) = nullptr;
  if (protocols != nullptr) mbedtls_ssl_conf_alpn_protocols(&ssl_, protocols);
#endif
}

void Config::max_ecp_operations([[maybe_unused]] unsigned operations) {
#if defined(MBEDTLS_ECP_RESTARTABLE)
  mbedtls_ecp_set_max_ops(operations);
#endif
}

bool Config::prepare_client() {
  const bool by_pin_only = !has_anchor() && !pins_.empty();
  if (has_anchor()) mbedtls_ssl_conf_ca_chain(&ssl_, &anchors_, nullptr);
  // Optional means: mbedTLS calls the Verifier, which alone decides.
  mbedtls_ssl_conf_authmode(&ssl_,
                            insecure_ || by_pin_only ? MBEDTLS_SSL_VERIFY_OPTIONAL : MBEDTLS_SSL_VERIFY_REQUIRED);
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
  const bool only_psk = psk_ && !has_anchor() && !by_pin_only && !insecure_;
  mbedtls_ssl_conf_tls13_key_exchange_modes(
      &ssl_, only_psk ? MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_ALL : MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_ALL);
#endif
  return insecure_ || has_anchor() || by_pin_only || psk_;
}

}  // namespace whit::mbedtls
