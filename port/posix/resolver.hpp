// From a host name to addresses, without blocking the loop.
#pragma once

#include <cstdint>
#include <string_view>

#include "posix/address.hpp"
#include "whit/error.hpp"

namespace whit::posix {

/// A name service. posix::Tcp uses system_resolver() unless its options name another: a cache, a fixed table, a test.
/// A lookup is known by its ticket, from start() until result() says true or abandon().
class Resolver {
 public:
  static constexpr int kBusy = -1;  ///< No room for another lookup now: ask again later.

  /// Starts a lookup of both families; the addresses shall carry `port`. `host` is not kept.
  /// A ticket (0 and up); kBusy; or, if it cannot be done at all, kBusy with `error` set.
  virtual int start(std::string_view host, std::uint16_t port, Error& error) = 0;

  /// True once the lookup has ended, which also ends the ticket: `error` is none and `out` holds the addresses in the
  /// order to try them (families need not alternate yet), or `error` tells why there are none.
  virtual bool result(int ticket, AddressList& out, Error& error) = 0;

  /// True once, when some addresses are known and the others are still awaited: result() will give all of them. So a
  /// name server that is slow about one family does not delay the other (RFC 8305 3). May never be true.
  virtual bool early(int ticket, AddressList& out) {
    (void)ticket;
    (void)out;
    return false;
  }

  /// Ends the ticket without waiting for the answer.
  virtual void abandon(int ticket) = 0;

  /// A descriptor that polls as readable once result() or early() would say true; -1 if there is none, which costs a
  /// poll now and then.
  [[nodiscard]] virtual int wake_fd(int ticket) const = 0;

 protected:
  ~Resolver() = default;
};

/// The system's resolver: kResolverSlots lookups at once, in static memory; one that was abandoned keeps its slot until
/// its answer comes. May be used from several threads. With the C library it is getaddrinfo in threads of its own,
/// one for both families and one that asks for IPv4 only, lest IPv6 delay it; over lwIP it is lwIP's DNS, which gives
/// one address (LWIP_DNS_ADDRTYPE_DEFAULT says of which family).
[[nodiscard]] Resolver& system_resolver();

}  // namespace whit::posix
