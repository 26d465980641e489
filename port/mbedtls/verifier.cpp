#include "mbedtls/verifier.hpp"

#include <mbedtls/oid.h>
#include <mbedtls/sha256.h>
#include <mbedtls/ssl.h>

#include <cstring>

#include "whit/detail/dates.hpp"

namespace whit::mbedtls {
namespace {

// RFC 5280 4.2.1.6: iPAddress is the seventh alternative of GeneralName, a context-specific primitive.
constexpr int kAddressTag = 0x80 | 7;

std::uint64_t seconds(const mbedtls_x509_time& t) {
  const int of_day = t.hour * 3600 + t.min * 60 + t.sec;
  return detail::seconds_since_1970(static_cast<std::uint32_t>(t.year), static_cast<std::uint32_t>(t.mon),
                                    static_cast<std::uint32_t>(t.day), static_cast<std::uint32_t>(of_day));
}

}  // namespace

void Verifier::begin(const Config& config, const char* host) {
  *this = {};
  config_ = &config;
  named_ = *host != 0;
  address_size_ = static_cast<std::uint8_t>(mbedtls_x509_crt_parse_cn_inet_pton(host, address_));
}

int Verifier::check(void* self, mbedtls_x509_crt* certificate, int depth, std::uint32_t* flags) {
  return static_cast<Verifier*>(self)->look_at(*certificate, depth == 0, *flags);
}

int Verifier::look_at(const mbedtls_x509_crt& certificate, bool own, std::uint32_t& flags) {
  const bool by_pin_only = !config_->has_anchor() && !config_->pins_.empty();
  // Without an anchor nothing vouches for what the peer says of other certificates than the one it proves to own.
  if ((own || !(by_pin_only || config_->insecure_)) && is_pinned(certificate)) pinned_ = true;
  flags &= ~static_cast<std::uint32_t>(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE);
  if (config_->insecure_ || by_pin_only) {
    flags = 0;
  } else {
    flags |= date_flags(certificate);
    if (own && named_ && !names_host(certificate)) flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
  }
  if (!own) return 0;
  finished_ = true;
  if (flags == 0 && !config_->pins_.empty() && !pinned_) {
    error_ = Error::tls_pin_mismatch;
    return MBEDTLS_ERR_X509_CERT_VERIFY_FAILED;
  }
  return 0;
}

std::uint32_t Verifier::date_flags(const mbedtls_x509_crt& certificate) {
  if (!config_->check_dates_) return 0;
  const std::uint64_t now = config_->time();
  if (now == 0) {
    if (config_->without_clock_ == WithoutClock::ignore_dates) return 0;
    error_ = Error::tls_clock_unknown;
    return MBEDTLS_X509_BADCERT_OTHER;
  }
  if (now < seconds(certificate.valid_from)) return MBEDTLS_X509_BADCERT_FUTURE;
  return now > seconds(certificate.valid_to) ? MBEDTLS_X509_BADCERT_EXPIRED : 0;
}

// What mbedTLS does not see to. RFC 9110 4.3.5: an address is matched against iPAddress alternatives only, never
// against DNS names. RFC 9525 6.3: a name is never matched against the common name, which mbedTLS falls back to.
bool Verifier::names_host(const mbedtls_x509_crt& certificate) const {
  if (!is_address()) return mbedtls_x509_crt_has_ext_type(&certificate, MBEDTLS_X509_EXT_SUBJECT_ALT_NAME) != 0;
  for (const mbedtls_x509_sequence* name = &certificate.subject_alt_names; name != nullptr; name = name->next) {
    if (name->buf.tag == kAddressTag && name->buf.len == address_size_ &&
        std::memcmp(name->buf.p, address_, address_size_) == 0) {
      return true;
    }
  }
  return false;
}

bool Verifier::is_pinned(const mbedtls_x509_crt& certificate) const {
  if (config_->pins_.empty()) return false;
  std::uint8_t digest[32];
  if (mbedtls_sha256(certificate.pk_raw.p, certificate.pk_raw.len, digest, 0) != 0) return false;
  for (const Pin& pin : config_->pins_) {
    if (std::memcmp(pin.sha256, digest, sizeof digest) == 0) return true;
  }
  return false;
}

}  // namespace whit::mbedtls
