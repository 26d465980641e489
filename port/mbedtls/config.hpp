// What TLS links have in common: whom to trust, who we are, what is offered. Made once, kept across reconnects.
#pragma once

#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#include <cstdint>
#include <string_view>

#include "mbedtls/arena.hpp"
#include "mbedtls/drbg.hpp"
#include "mbedtls/signer.hpp"
#include "whit/bytes.hpp"
#include "whit/error.hpp"

namespace whit::mbedtls {

enum class Role : std::uint8_t { client, server };
enum class Version : std::uint8_t { tls_1_2, tls_1_3 };

/// The time of day, for the dates in certificates.
struct Clock {
  /// Seconds since 1970-01-01 UTC; 0 while they are not known (no RTC, no SNTP yet).
  std::uint64_t (*now)(void* context) = nullptr;
  void* context = nullptr;
};

/// What becomes of certificates' dates while the time of day is not known.
enum class WithoutClock : std::uint8_t {
  refuse,        ///< Fail with tls_clock_unknown. The default.
  ignore_dates,  ///< Accept expired certificates and ones that are not valid yet.
};

/// The SHA-256 of a SubjectPublicKeyInfo: what `openssl x509 -pubkey | openssl pkey -pubin -outform der | sha256sum`
/// gives.
struct Pin {
  std::uint8_t sha256[32];
};

/// Verification is on and cannot be forgotten: without a trust anchor, a pin or a pre-shared key a client's handshake
/// fails with tls_no_anchor before anything is sent.
///
/// What is set stays set; whatever needs memory takes it from the arena and gives it back in the destructor. Set all
/// before the first connection. The functions that return an Error give none, tls_out_of_arena, or what they say.
class Config {
 public:
  /// `arena` and `drbg` must outlive it.
  Config(Role role, Arena& arena, Drbg& drbg);
  ~Config();
  Config(const Config&) = delete;
  Config& operator=(const Config&) = delete;

  // Whom to trust

  /// A trust anchor in DER that stays where it is, in flash for instance, and is not copied. May be called several
  /// times. tls_bad_certificate_data if it is not a certificate.
  Error trust_der(Bytes certificate);
  /// One or more anchors in PEM; they are copied to the arena. Anchors that mbedTLS cannot parse are skipped, as is
  /// usual with a system's bundle; tls_bad_certificate_data if none is left, or if PEM is not compiled in.
  Error trust_pem(std::string_view certificates);
  /// Pins: of the server's chain, anchor included, one public key must have one of these hashes, or the handshake fails
  /// with tls_pin_mismatch. Without a trust anchor the server's own key must be pinned, and then that is the trust:
  /// name and dates are not looked at. The pins must outlive the Config.
  void pin(Span<const Pin> pins);
  /// Dates are checked against this clock.
  void clock(Clock clock, WithoutClock without = WithoutClock::refuse);
  /// No clock: dates are not checked. A choice, never a default.
  void ignore_dates();
  /// Encrypts without knowing with whom: neither chain nor name nor dates are checked. Pins still are, if there are
  /// any.
  void insecure_no_verification();

  // Who we are

  /// Our certificate, with intermediate ones behind it, and its key: a client's for mutual TLS, a server's always. PEM,
  /// or DER (one certificate). Both are copied. tls_bad_certificate_data, tls_bad_key, entropy_failed.
  Error identity(std::string_view certificates, std::string_view key);
  /// The same with a key that stays where the application holds it (a secure element). The signer must outlive the
  /// Config.
  Error identity(std::string_view certificates, const Signer& signer);
  /// A pre-shared key (RFC 4279; RFC 8446 2.2), copied. tls_bad_key if there is one already, if mbedTLS refuses its
  /// size, or if PSK is not compiled in.
  Error psk(std::string_view identity, Bytes key);

  // What is offered

  /// The oldest version that is accepted (TLS 1.2 unless set) and the newest (all that is compiled in).
  void min_version(Version version);
  void max_version(Version version);
  /// Protocols of ALPN (RFC 7301), ended by a null pointer; a client offers "http/1.1" unless set. Null: none. The
  /// array and its strings must outlive the Config.
  void alpn(const char** protocols);
  /// IANA numbers of the cipher suites in order of preference, ended by 0. The array must outlive the Config.
  void cipher_suites(const int* suites);
  /// A server asks its clients for certificates of its trust anchors and refuses those without.
  void require_client_certificate();
  /// Slices the elliptic curve operations of TLS 1.2: poll() returns after about so many basic operations, 250 to 1000
  /// being usual, and a P-256 handshake takes about 10,000. 0: no slices. It holds for all Configs of the program, as
  /// mbedTLS keeps it in one variable. Needs WHIT_TLS_RESTARTABLE; without effect otherwise.
  void max_ecp_operations(unsigned operations);

  /// Bytes of the arena in use: between links what this holds.
  [[nodiscard]] std::size_t memory_used() const { return arena_.used(); }

 private:
  friend class Tls;
  friend class Verifier;

  Error add_chain(mbedtls_x509_crt& chain, std::string_view certificates, bool tolerant);
  Error own_chain(std::string_view certificates);
  Error code(int result, Error otherwise) const;
  void remember(const void* data, std::size_t size);
  bool prepare_client();
  void offer_pss(bool offer);
  // Seconds since 1970, 0 if not known.
  [[nodiscard]] std::uint64_t time() const { return clock_.now != nullptr ? clock_.now(clock_.context) : 0; }
  [[nodiscard]] bool has_anchor() const { return anchors_.raw.len != 0; }

  Arena& arena_;
  Drbg& drbg_;
  mbedtls_ssl_config ssl_;
  mbedtls_x509_crt anchors_;
  mbedtls_x509_crt own_;
  mbedtls_pk_context key_;
  Span<const Pin> pins_;
  Clock clock_;
  WithoutClock without_clock_ = WithoutClock::refuse;
  bool check_dates_ = true;
  bool insecure_ = false;
  bool psk_ = false;
  // A digest of whom is trusted: a session is resumed only under the trust it was made with.
  std::uint8_t trust_[32] = {};
};

}  // namespace whit::mbedtls
