#include "mbedtls/tls_error.hpp"

#include <mbedtls/asn1.h>
#include <mbedtls/ecp.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>
#include <mbedtls/x509.h>

namespace whit::mbedtls {
namespace {

constexpr std::uint32_t kNoResult = 0xFFFFFFFFu;  // mbedtls_ssl_get_verify_result(): nothing was verified

struct Cause {
  std::uint32_t flags;
  Error error;
};

// The first that applies: what a person has to mend first.
constexpr Cause kCauses[] = {
    {MBEDTLS_X509_BADCERT_OTHER, Error::tls_clock_unknown},  // set by the Verifier only
    {MBEDTLS_X509_BADCERT_NOT_TRUSTED | MBEDTLS_X509_BADCERT_MISSING, Error::tls_untrusted},
    {MBEDTLS_X509_BADCERT_EXPIRED, Error::tls_expired},
    {MBEDTLS_X509_BADCERT_FUTURE, Error::tls_not_yet_valid},
    {MBEDTLS_X509_BADCERT_CN_MISMATCH, Error::tls_wrong_host},
    {~std::uint32_t{0}, Error::tls_bad_certificate},
};

Error from_flags(std::uint32_t flags) {
  // A weak key or hash also leaves the chain without a trusted end; the weakness is the cause.
  constexpr std::uint32_t kWeak =
      MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY;
  if ((flags & kWeak) != 0) return Error::tls_bad_certificate;
  for (const Cause& cause : kCauses) {
    if ((flags & cause.flags) != 0) return cause.error;
  }
  return Error::tls_untrusted;
}

// RFC 8446 6: where a number has one meaning only, that meaning.
Error from_alert(const mbedtls_ssl_context& ssl, std::uint8_t alert) {
  if (alert == MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION) return Error::tls_no_shared_version;
  const bool before_server_hello = ssl.MBEDTLS_PRIVATE(state) <= MBEDTLS_SSL_SERVER_HELLO;
  if (alert == MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE && before_server_hello) return Error::tls_no_shared_cipher;
  return Error::tls_alert;
}

// mbedTLS says the same of many things. In TLS 1.3 of a CertificateVerify that does not hold and of a Finished, too.
Error from_failure(const mbedtls_ssl_context& ssl) {
  switch (ssl.MBEDTLS_PRIVATE(state)) {
    case MBEDTLS_SSL_CERTIFICATE_VERIFY:
    case MBEDTLS_SSL_SERVER_FINISHED:
    case MBEDTLS_SSL_CLIENT_FINISHED: return Error::tls_bad_signature;
    default: return Error::tls_no_shared_cipher;
  }
}

// mbedTLS adds the code of an upper layer to that of the lower one (mbedtls/error.h).
int upper(int code) { return -(-code & 0xFF80); }
int lower(int code) { return -(-code & 0x7F); }

// The codes of X.509 parsing are a range.
bool is_x509(int code) {
  return upper(code) <= MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE && upper(code) >= MBEDTLS_ERR_X509_BAD_INPUT_DATA;
}

// A signature that cannot even be calculated with: for RSA a number that is not below the modulus, which every tenth
// or so of another key's is; for ECDSA what is not two integers in DER.
bool is_no_signature(int code) {
  const bool asn1 = lower(code) <= MBEDTLS_ERR_ASN1_OUT_OF_DATA && lower(code) >= MBEDTLS_ERR_ASN1_BUF_TOO_SMALL;
  return upper(code) == MBEDTLS_ERR_RSA_PUBLIC_FAILED || (upper(code) == MBEDTLS_ERR_ECP_BAD_INPUT_DATA && asn1);
}

}  // namespace

Detail explain(const mbedtls_ssl_context& ssl, int code, const Arena& arena) {
  Detail detail;
  detail.code = code;
  detail.arena_request = arena.failed_request();
  const std::uint32_t flags = mbedtls_ssl_get_verify_result(&ssl);
  if (flags != kNoResult) detail.verify_flags = flags;
  if (code == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) detail.alert = ssl.MBEDTLS_PRIVATE(in_msg)[1];
  if (code == MBEDTLS_ERR_SSL_BAD_INPUT_DATA || code == MBEDTLS_ERR_SSL_INVALID_RECORD) {
    const unsigned char* header = ssl.MBEDTLS_PRIVATE(in_hdr);
    if (header != nullptr && ssl.MBEDTLS_PRIVATE(in_left) >= 5) {
      detail.record_size = static_cast<std::uint16_t>(header[3] << 8 | header[4]);
      detail.record_limit = MBEDTLS_SSL_IN_CONTENT_LEN;
    }
  }
  return detail;
}

Error classify(const mbedtls_ssl_context& ssl, const Detail& detail) {
  if (detail.arena_request != 0) return Error::tls_out_of_arena;
  switch (detail.code) {
    case MBEDTLS_ERR_X509_CERT_VERIFY_FAILED:
    case MBEDTLS_ERR_SSL_BAD_CERTIFICATE:
      return detail.verify_flags != 0 ? from_flags(detail.verify_flags) : Error::tls_bad_certificate;
    case MBEDTLS_ERR_X509_FATAL_ERROR: return Error::tls_untrusted;  // a chain that is longer than mbedTLS follows
    case MBEDTLS_ERR_SSL_CA_CHAIN_REQUIRED: return Error::tls_no_anchor;
    case MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION: return Error::tls_no_shared_version;
    case MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE: return from_failure(ssl);
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE: return from_alert(ssl, detail.alert);
    case MBEDTLS_ERR_SSL_CONN_EOF: return Error::tls_truncated;
    case MBEDTLS_ERR_ECP_VERIFY_FAILED:
    case MBEDTLS_ERR_RSA_VERIFY_FAILED:
    case MBEDTLS_ERR_PK_SIG_LEN_MISMATCH: return Error::tls_bad_signature;
    case MBEDTLS_ERR_SSL_INVALID_MAC:
    case MBEDTLS_ERR_SSL_UNEXPECTED_RECORD: return Error::tls_bad_record;
    case MBEDTLS_ERR_SSL_BAD_INPUT_DATA:
    case MBEDTLS_ERR_SSL_INVALID_RECORD:
      return detail.record_size > detail.record_limit && detail.record_size <= 16384 + 2048
                 ? Error::tls_record_too_large
                 : Error::tls_bad_record;
    default: break;
  }
  if (is_no_signature(detail.code)) return Error::tls_bad_signature;
  return is_x509(detail.code) ? Error::tls_bad_certificate : Error::tls_failed;
}

}  // namespace whit::mbedtls
