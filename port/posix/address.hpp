// IP addresses with a port, and the list of them that a name stands for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "posix/system.hpp"

namespace whit::posix {

/// An IP address and a port, as the socket calls want it, in 28 bytes; 16 on a system without IPv6.
union Address {
#if WHIT_POSIX_IPV6
  sockaddr_in6 v6;
#endif
  sockaddr_in v4;
  sockaddr any;

  [[nodiscard]] int family() const { return any.sa_family; }
  [[nodiscard]] bool is_v6() const { return WHIT_POSIX_IPV6 != 0 && family() == AF_INET6; }
  [[nodiscard]] socklen_t size() const { return is_v6() ? sizeof(Address) : sizeof v4; }
  void set_port(std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const;
  /// The same address, whatever the port.
  [[nodiscard]] bool same_host(const Address& other) const;
  /// Every address of a family, for listening.
  static Address wildcard(int family, std::uint16_t port);
};

struct AddressList {
  Address items[kMaxAddresses] = {};
  std::size_t count = 0;

  /// False if the list is full.
  bool add(const Address& address);
  /// Lets the families alternate, beginning with the first entry's and keeping the order within each (RFC 8305 4).
  void interleave();
};

/// Reads an IPv4 address in dotted form or an IPv6 address without brackets; false if `host` is neither, or of a family
/// that the system does not have.
[[nodiscard]] bool parse_literal(std::string_view host, std::uint16_t port, Address& out);

}  // namespace whit::posix
