// IP addresses with a port, and the list of them that a name stands for.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace whit::posix {

inline constexpr std::size_t kMaxAddresses = 8;  ///< Of one name; further ones are not tried.

/// An IPv4 or IPv6 address and a port, as the socket calls want it, in 28 bytes.
union Address {
  sockaddr_in6 v6;
  sockaddr_in v4;
  sockaddr any;

  [[nodiscard]] int family() const { return any.sa_family; }
  [[nodiscard]] socklen_t size() const { return family() == AF_INET6 ? sizeof v6 : sizeof v4; }
  void set_port(std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const;
};

struct AddressList {
  Address items[kMaxAddresses] = {};
  std::size_t count = 0;

  /// False if the list is full.
  bool add(const Address& address);
  /// Lets the families alternate, beginning with the first entry's and keeping the order within each (RFC 8305 4).
  void interleave();
};

/// Reads an IPv4 address in dotted form or an IPv6 address without brackets; false if `host` is neither.
[[nodiscard]] bool parse_literal(std::string_view host, std::uint16_t port, Address& out);

}  // namespace whit::posix
