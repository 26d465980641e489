// Randomness comes from outside, may fail, and is never replaced by something weaker.
#pragma once

#include "whit/bytes.hpp"

namespace whit {

/// A source of cryptographically strong random bytes: masking keys (RFC 6455 5.3, 10.3) and the handshake's key.
struct Entropy {
  /// Fills all of `out`, at once, and returns true; or returns false, upon which the link fails and nothing is sent.
  bool (*fill)(void* context, MutBytes out) = nullptr;
  void* context = nullptr;
};

}  // namespace whit
