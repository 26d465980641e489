// How large an arena has to be.
#pragma once

#include <cstddef>

#include "mbedtls/config.hpp"

namespace whit::mbedtls {

/// What the server is expected to send. More needs more.
struct ServerChain {
  unsigned certificates = 2;  ///< Its own and the intermediate ones.
  std::size_t bytes = 1200;   ///< All of them together, in DER; an RSA-2048 one has some 1000, an ECDSA one some 500.
};

/// The size in bytes of an arena in which `links` links at once can be made with what this Config holds by now: its own
/// certificates, the record buffers of each link, and one handshake at a time. The rest of mbedTLS's needs is a matter
/// of its configuration (record sizes, versions, curves) and is known to this function, as a bound that the tests hold
/// against the peak that they measure.
[[nodiscard]] std::size_t tls_memory_needed(const Config& config, const ServerChain& chain = {}, unsigned links = 1);

}  // namespace whit::mbedtls
