#include "mbedtls/memory.hpp"

#include "mbedtls/memory_sizes.h"

namespace whit::mbedtls {
namespace {

// What mbedTLS allocates beside the structures whose size is known, as measured. A word is a pointer's size: the
// numbers of elliptic curves and RSA are arrays of words, each a block of its own.
constexpr std::size_t kWord = sizeof(void*);
constexpr std::size_t kCipher = 440 + 20 * kWord;  // AES round keys and the table of GCM, for one direction
constexpr std::size_t kCertificate = 60 * kWord;   // names, key and extensions of a parsed certificate
constexpr std::size_t kCurve = (48 << MBEDTLS_ECP_WINDOW_SIZE) + 230 * kWord;  // key exchange and verification
#if defined(MBEDTLS_ECP_DP_SECP384R1_ENABLED)
constexpr std::size_t kLargerCurve = 1000 + (48 << MBEDTLS_ECP_WINDOW_SIZE);
#else
constexpr std::size_t kLargerCurve = 0;
#endif
#if defined(MBEDTLS_RSA_C)
constexpr std::size_t kRsa = 2400 + 30 * kWord;  // 2048 bits
#else
constexpr std::size_t kRsa = 0;
#endif
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
constexpr std::size_t kTls13 = 900;
#else
constexpr std::size_t kTls13 = 0;
#endif

}  // namespace

std::size_t tls_memory_needed(const Config& config, const ServerChain& chain, unsigned links) {
  const std::size_t buffers = whit_mbedtls_in_buffer + whit_mbedtls_out_buffer;
  const std::size_t state = 2 * (whit_mbedtls_transform + kCipher) + sizeof(mbedtls_ssl_session);
  const std::size_t peer = chain.certificates * (sizeof(mbedtls_x509_crt) + kCertificate) + chain.bytes;
  const std::size_t handshake = whit_mbedtls_handshake + sizeof(mbedtls_ssl_session) + kCurve +
                                (kRsa > kLargerCurve ? kRsa : kLargerCurve) + kTls13;
  return config.memory_used() + links * (buffers + state + peer) + handshake;
}

}  // namespace whit::mbedtls
