#include "mbedtls/signer.hpp"

#include <mbedtls/ecdsa.h>
#include <mbedtls/error.h>
#include <mbedtls/platform.h>

#include <cstring>

// mbedTLS lets an application hold RSA keys only; for ECDSA its own table of key operations is filled in here. That
// type is defined in the library's folder, not in its public headers.
#include <pk_wrap.h>

namespace whit::mbedtls {
namespace {

const Signer& signer_of(void* context) { return **static_cast<const Signer**>(context); }

int sign(mbedtls_pk_context* key, mbedtls_md_type_t md, const unsigned char* hash, std::size_t hash_size,
         unsigned char* out, std::size_t room, std::size_t* size, int (*)(void*, unsigned char*, std::size_t), void*) {
  const Signer& signer = signer_of(key->MBEDTLS_PRIVATE(pk_ctx));
  *size = signer.sign(signer.context, md, {hash, hash_size}, {out, room});
  return *size != 0 ? 0 : MBEDTLS_ERR_PK_INVALID_ALG;
}

std::size_t bits(mbedtls_pk_context* key) { return signer_of(key->MBEDTLS_PRIVATE(pk_ctx)).key_bits; }
int can_do(mbedtls_pk_type_t type) { return type == MBEDTLS_PK_ECDSA || type == MBEDTLS_PK_ECKEY; }
void* allocate() { return mbedtls_calloc(1, sizeof(const Signer*)); }
void release(void* context) { mbedtls_free(context); }

constexpr mbedtls_pk_info_t ecdsa_operations() {
  mbedtls_pk_info_t info{};
  info.type = MBEDTLS_PK_ECDSA;
  info.name = "ECDSA";
  info.get_bitlen = bits;
  info.can_do = can_do;
  info.sign_func = sign;
  info.ctx_alloc_func = allocate;
  info.ctx_free_func = release;
  return info;
}
constexpr mbedtls_pk_info_t kEcdsa = ecdsa_operations();

#if defined(MBEDTLS_PK_RSA_ALT_SUPPORT)
int rsa_sign(void* context, int (*)(void*, unsigned char*, std::size_t), void*, mbedtls_md_type_t md,
             unsigned hash_size, const unsigned char* hash, unsigned char* out) {
  const auto& signer = *static_cast<const Signer*>(context);
  const MutBytes room(out, signer.key_bits / 8);
  return signer.sign(signer.context, md, {hash, hash_size}, room) == room.size() ? 0 : MBEDTLS_ERR_PK_INVALID_ALG;
}

int no_decrypt(void*, std::size_t*, const unsigned char*, unsigned char*, std::size_t) {
  return MBEDTLS_ERR_PK_INVALID_ALG;
}
std::size_t rsa_size(void* context) { return static_cast<const Signer*>(context)->key_bits / 8; }
#endif

}  // namespace

bool use_signer(mbedtls_pk_context& key, const Signer& signer) {
  if (signer.algorithm == Signer::Algorithm::rsa_pkcs1) {
#if defined(MBEDTLS_PK_RSA_ALT_SUPPORT)
    return mbedtls_pk_setup_rsa_alt(&key, const_cast<Signer*>(&signer), no_decrypt, rsa_sign, rsa_size) == 0;
#else
    return false;
#endif
  }
  if (mbedtls_pk_setup(&key, &kEcdsa) != 0) return false;
  *static_cast<const Signer**>(key.MBEDTLS_PRIVATE(pk_ctx)) = &signer;
  return true;
}

}  // namespace whit::mbedtls
