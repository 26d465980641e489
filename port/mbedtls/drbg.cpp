#include "mbedtls/drbg.hpp"

#include <mbedtls/build_info.h>

#include <climits>

#if defined(MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG)
#include <psa/crypto.h>
#endif

namespace whit::mbedtls {
namespace {

Drbg* newest = nullptr;

constexpr int kRequestsOfSeed = 10000;  // as mbedTLS has it

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

bool Drbg::ready() {
  int result = 0;
  if (!seeded_) {
    result = mbedtls_ctr_drbg_seed(&context_, gather, this, nullptr, 0);
    mbedtls_ctr_drbg_set_reseed_interval(&context_, INT_MAX);  // it is done here
    seeded_ = result == 0;
  } else if (context_.MBEDTLS_PRIVATE(reseed_counter) >= kRequestsOfSeed) {
    result = mbedtls_ctr_drbg_reseed(&context_, nullptr, 0);
  }
  failed_ = result != 0;
  return result == 0;
}

int Drbg::random(void* self, unsigned char* out, std::size_t size) {
  auto& drbg = *static_cast<Drbg*>(self);
  if (!drbg.seeded_ && !drbg.ready()) return MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
  const int result = mbedtls_ctr_drbg_random(&drbg.context_, out, size);
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
  return {[](void* self, MutBytes out) {
            auto& drbg = *static_cast<Drbg*>(self);
            return drbg.ready() && drbg.fill(out);
          },
          this};
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
