// A private key that never leaves where it is kept.
#pragma once

#include <mbedtls/pk.h>

#include <cstddef>

#include "whit/bytes.hpp"

namespace whit::mbedtls {

/// Signs with a key that the application holds: in a secure element, behind another core, in a key store.
struct Signer {
  enum class Algorithm : unsigned char {
    ecdsa,      ///< The signature is the DER sequence of r and s (RFC 3279 2.2.3).
    rsa_pkcs1,  ///< RSASSA-PKCS1-v1_5 (RFC 8017 8.2). TLS 1.2 only, since 1.3 wants PSS.
  };
  Algorithm algorithm = Algorithm::ecdsa;
  std::size_t key_bits = 256;
  /// Signs `hash`, made with the hash function `md`; writes at most out.size() bytes and returns how many, 0 if it
  /// failed.
  std::size_t (*sign)(void* context, mbedtls_md_type_t md, Bytes hash, MutBytes out) = nullptr;
  void* context = nullptr;
};

/// Makes `key` sign through `signer`, which must outlive it. True unless the algorithm is not compiled in or out of
/// memory.
bool use_signer(mbedtls_pk_context& key, const Signer& signer);

}  // namespace whit::mbedtls
