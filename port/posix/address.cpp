#include "posix/address.hpp"

#include <arpa/inet.h>

#include <cstring>

namespace whit::posix {

void Address::set_port(std::uint16_t port) {
  if (family() == AF_INET6) {
    v6.sin6_port = htons(port);
  } else {
    v4.sin_port = htons(port);
  }
}

std::uint16_t Address::port() const { return ntohs(family() == AF_INET6 ? v6.sin6_port : v4.sin_port); }

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
    for (; other > at; --other) items[other] = items[other - 1];
    items[at] = next;
  }
}

bool parse_literal(std::string_view host, std::uint16_t port, Address& out) {
  char text[INET6_ADDRSTRLEN];
  if (host.empty() || host.size() >= sizeof text) return false;
  std::memcpy(text, host.data(), host.size());
  text[host.size()] = '\0';

  out = {};
  if (::inet_pton(AF_INET6, text, &out.v6.sin6_addr) == 1) {
    out.v6.sin6_family = AF_INET6;
  } else if (::inet_pton(AF_INET, text, &out.v4.sin_addr) == 1) {
    out.v4.sin_family = AF_INET;
  } else {
    return false;
  }
  out.set_port(port);
  return true;
}

}  // namespace whit::posix
