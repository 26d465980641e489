#include "mbedtls/drbg.hpp"

#include <mbedtls/build_info.h>

#if defined(MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG)
#include <psa/crypto.h>
#endif

namespace whit::mbedtls {
namespace {

Drbg* newest = nullptr;

}  // namespace

Drbg::Drbg(Entropy source) : source_(source), older_(newest) {
  mbedtls_ctr_drbg_init(&context_);
  newest = this;
}

Drbg::~Drbg() {
  mbedtls_ctr_drbg_free(&context_);
  Drbg** link = &newest;
  while (*link != this) link = &(*link)->older_;
  *link = older_;
}

int Drbg::gather(void* self, unsigned char* out, std::size_t size) {
  const Entropy& source = static_cast<Drbg*>(self)->source_;
  return source.fill(source.context, MutBytes(out, size)) ? 0 : MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
}

int Drbg::random(void* self, unsigned char* out, std::size_t size) {
  auto& drbg = *static_cast<Drbg*>(self);
  int result = 0;
  if (!drbg.seeded_) result = mbedtls_ctr_drbg_seed(&drbg.context_, gather, self, nullptr, 0);
  if (result == 0) {
    drbg.seeded_ = true;
    result = mbedtls_ctr_drbg_random(&drbg.context_, out, size);
  }
  drbg.failed_ = result != 0;
  return result;
}

bool Drbg::fill(MutBytes out) {
  // The generator gives so much at a time.
  while (!out.empty()) {
    const std::size_t n = out.size() < MBEDTLS_CTR_DRBG_MAX_REQUEST ? out.size() : MBEDTLS_CTR_DRBG_MAX_REQUEST;
    if (random(this, out.data(), n) != 0) return false;
    out = out.drop(n);
  }
  return true;
}

Entropy Drbg::entropy() {
  return {[](void* self, MutBytes out) { return static_cast<Drbg*>(self)->fill(out); }, this};
}

#if defined(MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG)
extern "C" psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t*, std::uint8_t* out,
                                                        std::size_t size, std::size_t* filled) {
  if (newest == nullptr || !newest->fill(MutBytes(out, size))) return PSA_ERROR_INSUFFICIENT_ENTROPY;
  *filled = size;
  return PSA_SUCCESS;
}
#endif

}  // namespace whit::mbedtls
