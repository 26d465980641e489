#include "posix/address.hpp"

#include <cstring>

namespace whit::posix {
namespace {

#if WHIT_POSIX_IPV6
constexpr std::size_t kMaxLiteral = INET6_ADDRSTRLEN;
#else
constexpr std::size_t kMaxLiteral = INET_ADDRSTRLEN;
#endif

bool parse(const char* text, Address& out) {
  out = {};
#if WHIT_POSIX_IPV6
  if (sys::inet_pton(AF_INET6, text, &out.v6.sin6_addr) == 1) {
    out.v6.sin6_family = AF_INET6;
    return true;
  }
#endif
  if (sys::inet_pton(AF_INET, text, &out.v4.sin_addr) != 1) return false;
  out.v4.sin_family = AF_INET;
  return true;
}

}  // namespace

// The port is at the same place in both families, but the compiler need not know that.
void Address::set_port(std::uint16_t port) {
#if WHIT_POSIX_IPV6
  if (is_v6()) {
    v6.sin6_port = sys::network_order(port);
    return;
  }
#endif
  v4.sin_port = sys::network_order(port);
}

std::uint16_t Address::port() const {
#if WHIT_POSIX_IPV6
  if (is_v6()) return sys::network_order(v6.sin6_port);
#endif
  return sys::network_order(v4.sin_port);
}

bool Address::same_host(const Address& other) const {
  if (family() != other.family()) return false;
#if WHIT_POSIX_IPV6
  if (is_v6()) return std::memcmp(&v6.sin6_addr, &other.v6.sin6_addr, sizeof v6.sin6_addr) == 0;
#endif
  return v4.sin_addr.s_addr == other.v4.sin_addr.s_addr;
}

Address Address::wildcard(int family, std::uint16_t port) {
  Address address{};
  address.any.sa_family = static_cast<sa_family_t>(family);
  address.set_port(port);
  return address;
}

bool AddressList::add(const Address& address) {
  if (count == kMaxAddresses) return false;
  items[count++] = address;
  return true;
}

void AddressList::interleave() {
  for (std::size_t at = 1; at < count; ++at) {
    const int previous = items[at - 1].family();
    std::size_t other = at;
    while (other < count && items[other].family() == previous) ++other;
    if (other == count) return;  // only one family is left
    const Address next = items[other];
    std::memmove(items + at + 1, items + at, (other - at) * sizeof next);
    items[at] = next;
  }
}

bool parse_literal(std::string_view host, std::uint16_t port, Address& out) {
  char text[kMaxLiteral];
  if (host.empty() || host.size() >= sizeof text) return false;
  std::memcpy(text, host.data(), host.size());
  text[host.size()] = '\0';
  if (!parse(text, out)) return false;
  out.set_port(port);
  return true;
}

}  // namespace whit::posix
