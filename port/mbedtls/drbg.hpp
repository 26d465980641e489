// Randomness for TLS and for masking keys from one generator.
#pragma once

#include <mbedtls/ctr_drbg.h>

#include "whit/entropy.hpp"

namespace whit::mbedtls {

/// A CTR_DRBG (NIST SP 800-90A) that is seeded, and reseeded, from the port's entropy. As entropy() it also gives
/// masking keys, so that one hardware source serves all. It seeds itself at first use; a source that fails makes it
/// fail, and with it the handshake or the link.
///
/// PSA, which TLS 1.3 needs, knows one generator only: the youngest that lives.
class Drbg {
 public:
  explicit Drbg(Entropy source);
  ~Drbg();
  Drbg(const Drbg&) = delete;
  Drbg& operator=(const Drbg&) = delete;

  /// Seeds it at first use, and anew after some 10,000 requests; false when the source failed. Tls calls it at the
  /// start of each link, and entropy() each time, so that a new seed, which takes more than a kilobyte of stack, is
  /// never derived within the arithmetic of a handshake.
  bool ready();
  /// Fills all of `out`; false when the source failed.
  bool fill(MutBytes out);
  /// For WebSocket. The Drbg must outlive it.
  [[nodiscard]] Entropy entropy();
  /// The source has failed; cleared by the next success.
  [[nodiscard]] bool failed() const { return failed_; }
  /// For mbedTLS: f_rng, with this as its context.
  static int random(void* self, unsigned char* out, std::size_t size);

 private:
  static int gather(void* self, unsigned char* out, std::size_t size);

  Entropy source_;
  Drbg* older_;
  mbedtls_ctr_drbg_context context_;
  bool seeded_ = false;
  bool failed_ = false;
};

}  // namespace whit::mbedtls
