// Tcp's questions to lwIP's DNS.
#include <algorithm>
#include <cstring>

#include "lwip/clock.hpp"
#include "lwip/dns.h"
#include "lwip/tcp.hpp"

namespace whit::lwip {

#if LWIP_DNS
namespace {

// lwIP cannot be told to forget a question. Its answer comes to a place here and finds who asked. The place itself
// stands for one who no longer wants to know: that object may be gone by then.
void* places[DNS_TABLE_SIZE];

// lwIP says "no" in one way whether a server said so or none answered. Silence takes DNS_MAX_RETRIES turns of a second
// or more.
constexpr std::uint32_t kSilenceMs = (DNS_MAX_RETRIES - 1) * 1000;

}  // namespace

err_t Tcp::ask() {
  char name[DNS_MAX_NAME_LENGTH + 1];  // lwIP wants a NUL, and says itself what is too long
  const std::size_t size = std::min<std::size_t>(host_.size(), DNS_MAX_NAME_LENGTH);
  std::memcpy(name, host_.data(), size);
  name[size] = '\0';
  u8_t family = LWIP_DNS_ADDRTYPE_DEFAULT;
#if LWIP_IPV4 && LWIP_IPV6
  if (ipaddr_aton(name, &address_) != 0) {
    last_ = true;
    return ERR_OK;
  }
  family = wants_ipv6_ ? LWIP_DNS_ADDRTYPE_IPV6 : LWIP_DNS_ADDRTYPE_IPV4;
#endif
  for (void*& place : places) {
    if (place != nullptr) continue;
    const err_t result = dns_gethostbyname_addrtype(name, &address_, on_answer, &place, family);
    if (result != ERR_INPROGRESS) return result;
    place = this;
    asked_at_ = lwip::now();
    return result;
  }
  return ERR_MEM;
}

void Tcp::leave(Error error) {
  for (void*& place : places) {
    if (place == this) place = &place;
  }
  drop(error);
}

inline void Tcp::answer(const ip_addr_t* address) {
  if (address == nullptr) {
    link_ = Link::failed;
    error_ = lwip::now() - asked_at_ < kSilenceMs ? Error::name_not_found : Error::name_lookup_failed;
  } else {
    address_ = *address;
    begin(true);
  }
  news();
}

void Tcp::on_answer(const char*, const ip_addr_t* address, void* at) {
  void*& place = *static_cast<void**>(at);
  void* asker = place;
  place = nullptr;
  if (asker != at) static_cast<Tcp*>(asker)->answer(address);
}
#else
err_t Tcp::ask() {
  char name[IPADDR_STRLEN_MAX + 1];
  const std::size_t size = std::min<std::size_t>(host_.size(), IPADDR_STRLEN_MAX);
  std::memcpy(name, host_.data(), size);
  name[size] = '\0';
#if LWIP_IPV4 && LWIP_IPV6
  last_ = true;
#endif
  return ipaddr_aton(name, &address_) != 0 ? ERR_OK : ERR_VAL;
}

void Tcp::leave(Error error) { drop(error); }
#endif

}  // namespace whit::lwip
