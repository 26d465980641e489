// The fields of a request that mean something to a server, one bit each.
#pragma once

#include <cstdint>

namespace whit {

enum : std::uint16_t {
  kHost = 1 << 0,
  kUpgrade = 1 << 1,
  kConnection = 1 << 2,
  kKey = 1 << 3,
  kVersion = 1 << 4,
  kOrigin = 1 << 5,
  kAuthorization = 1 << 6,
  kCookie = 1 << 7,
  kContentLength = 1 << 8,
  kTransferEncoding = 1 << 9,
  kExpect = 1 << 10,
  kSubprotocols = 1 << 11,
  kExtensions = 1 << 12,
};

inline constexpr unsigned kFieldCount = 13;

}  // namespace whit
