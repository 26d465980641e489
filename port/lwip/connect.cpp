// Getting connected: names, addresses in turn, and the time for each.
#include <algorithm>
#include <cstring>

#include "lwip/clock.hpp"
#include "lwip/dns.h"
#include "lwip/lock.hpp"
#include "lwip/netif.h"
#include "lwip/tcp.hpp"

namespace whit::lwip {
namespace {

#if LWIP_IPV4 && LWIP_IPV6
// Of two attempts, the error of the one that came further explains best.
int weight(Error error) {
  switch (error) {
    case Error::none: return 0;
    case Error::name_not_found:
    case Error::name_lookup_failed: return 1;
    case Error::host_unreachable: return 2;
    default: return 3;
  }
}

// What more time does not change.
bool is_final(Error error) { return error == Error::name_not_found || error == Error::host_unreachable; }

// An address beyond the link: without one, lwIP would send to an IPv6 address all the same, and wait for an answer.
bool has_ipv6() {
  netif* each;
  NETIF_FOREACH(each) {
    if (!netif_is_up(each) || !netif_is_link_up(each)) continue;
    for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; ++i) {
      const ip6_addr_t* address = netif_ip6_addr(each, i);
      if (!ip6_addr_ispreferred(netif_ip6_addr_state(each, i))) continue;
      if (ip6_addr_isglobal(address) || ip6_addr_isuniquelocal(address)) return true;
    }
  }
  return false;
}
#endif

// What an attempt is called that did not begin, or never ends.
Error meaning(err_t result) {
  if (result == ERR_OK) return Error::transport_timeout;
  if (result > ERR_RTE) return Error::out_of_resources;
  if (result == ERR_RTE) return Error::host_unreachable;
  return result == ERR_ARG ? Error::name_not_found : Error::name_lookup_failed;
}

#if LWIP_DNS
// lwIP cannot be told to forget a question. Its answer comes to a place here and finds who asked. The place itself
// stands for one who no longer wants to know: that object may be gone by then.
void* places[DNS_TABLE_SIZE];

// lwIP says "no" in one way whether a server said so or none answered. Silence takes DNS_MAX_RETRIES turns of a second
// or more.
constexpr std::uint32_t kSilenceMs = (DNS_MAX_RETRIES - 1) * 1000;
#endif

}  // namespace

#if LWIP_DNS
inline err_t Tcp::ask() {
  // lwIP wants a NUL, and says itself what is too long; it allows for a final dot.
  char name[DNS_MAX_NAME_LENGTH + 2];
  const std::size_t size = std::min(host_.size(), sizeof name - 1);
  static_cast<char*>(std::memcpy(name, host_.data(), size))[size] = '\0';
  u8_t family = LWIP_DNS_ADDRTYPE_DEFAULT;
#if LWIP_IPV4 && LWIP_IPV6
  if (ipaddr_aton(name, &address_) != 0) {
    only_address();
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
inline err_t Tcp::ask() {
  char name[IPADDR_STRLEN_MAX] = {};
  if (host_.size() >= sizeof name) return ERR_VAL;
  std::memcpy(name, host_.data(), host_.size());
#if LWIP_IPV4 && LWIP_IPV6
  only_address();
#endif
  return ipaddr_aton(name, &address_) != 0 ? ERR_OK : ERR_VAL;
}

void Tcp::leave(Error error) { drop(error); }
#endif

Status Tcp::connect(std::string_view host, std::uint16_t port) {
  const Lock lock;
  if (link_ != Link::idle) return Status::invalid_state;
  host_ = {host.data(), host.size()};
  port_ = port;
#if LWIP_IPV4 && LWIP_IPV6
  wants_ipv6_ = prefer_ipv6_ && has_ipv6();
  left_ = 1;
  first_error_ = Error::none;
#endif
  begin(false);
  return Status::ok;
}

// A lookup and a connection have the same time each.
void Tcp::begin(bool found) {
  link_ = Link::connecting;
  error_ = Error::none;
  late_ = Error::out_of_resources;
  found_ = found;
  due_ = Deadline::immediately();
  std::uint32_t timeout = attempt_timeout_ms_;
#if LWIP_IPV4 && LWIP_IPV6
  if (cut_short()) timeout = kFirstFamilyMs;
#endif
  give_up_at_ = lwip::now() + timeout;
}

Link Tcp::poll(Instant now) {
  const Lock lock;
  due_ = Deadline::never();
  err_t result = ERR_OK;
  if (link_ == Link::connecting) result = advance(now);
  flush(result);
#if LWIP_IPV4 && LWIP_IPV6
  if (link_ == Link::failed) attempt_failed();
#endif
  return rx_ != nullptr ? Link::up : link_;
}

// Begins what comes next, the lookup or the connection to the address that was found. Unless there is no memory for it,
// which it returns, all else comes by lwIP's callbacks.
inline err_t Tcp::advance(Instant now) {
  err_t result = ERR_OK;
  if (late_ == Error::out_of_resources) {
    result = start();
    late_ = meaning(result);
    if (late_ != Error::out_of_resources) {
      if (result != ERR_OK && result != ERR_INPROGRESS) give_up_at_ = now;
      result = ERR_OK;
    }
  }
  due_ = Deadline::at(give_up_at_);
  if (!reached(now, give_up_at_)) return result;
#if LWIP_IPV4 && LWIP_IPV6
  if (cut_short() && !is_final(late_)) ++left_;
#endif
  leave(late_);
  link_ = Link::failed;
  return ERR_OK;
}

// What fails here is tried again with the same pcb, or dropped with it.
err_t Tcp::start() {
  if (!found_) {
    const err_t result = ask();
    if (result != ERR_OK) return result;
  }
  if (pcb_ == nullptr) {
    tcp_pcb* pcb = tcp_new_ip_type(IP_GET_TYPE(&address_));
    if (pcb == nullptr) return ERR_MEM;
    listen_to(pcb);
  }
  return tcp_connect(pcb_, &address_, port_, on_connected);
}

#if LWIP_IPV4 && LWIP_IPV6
// It has all the time.
inline void Tcp::only_address() {
  found_ = true;
  left_ = 0;
  give_up_at_ = lwip::now() + attempt_timeout_ms_;
}

// The other family, the first again if it was only given up early, or the end.
inline void Tcp::attempt_failed() {
  if (weight(first_error_) >= weight(error_)) error_ = first_error_;
  if (left_ == 0) return;
  --left_;
  first_error_ = error_;
  wants_ipv6_ = !wants_ipv6_;
  begin(false);
}
#endif

}  // namespace whit::lwip
