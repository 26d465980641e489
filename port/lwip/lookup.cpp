#include "lwip/lookup.hpp"

#include <cstring>

#include "lwip/clock.hpp"

namespace whit::lwip {
namespace {

// lwIP wants strings that end with NUL.
template <std::size_t N>
bool terminate(std::string_view text, char (&out)[N]) {
  if (text.empty() || text.size() >= N) return false;
  std::memcpy(out, text.data(), text.size());
  out[text.size()] = '\0';
  return true;
}

#if LWIP_DNS
Lookup* waiting = nullptr;
std::uintptr_t last_number = 0;

// lwIP says "no" in one way whether a server said so or none answered. Silence takes DNS_MAX_RETRIES turns of a second
// or more.
constexpr std::uint32_t kSilenceMs = (DNS_MAX_RETRIES - 1) * 1000;
#endif

}  // namespace

bool Lookup::start(std::string_view name, u8_t type, Instant now) {
  cancel();
  started_ = now;
  char text[IPADDR_STRLEN_MAX];
  literal_ = terminate(name, text) && ipaddr_aton(text, &address_) != 0;
  if (!literal_) return ask(name, type);
  state_ = State::found;
  return true;
}

#if LWIP_DNS
bool Lookup::ask(std::string_view name, u8_t type) {
  char terminated[DNS_MAX_NAME_LENGTH];
  if (!terminate(name, terminated)) {
    state_ = State::failed;
    error_ = Error::name_not_found;
    return true;
  }
  const u8_t family = type == IPADDR_TYPE_V6 ? LWIP_DNS_ADDRTYPE_IPV6 : LWIP_DNS_ADDRTYPE_IPV4;
  number_ = ++last_number;
  const err_t result =
      dns_gethostbyname_addrtype(terminated, &address_, on_found, reinterpret_cast<void*>(number_), family);
  if (result == ERR_MEM) return false;
  if (result == ERR_OK) {
    state_ = State::found;
  } else if (result == ERR_INPROGRESS) {
    state_ = State::waiting;
    next_ = waiting;
    waiting = this;
  } else {
    state_ = State::failed;
    error_ = Error::name_lookup_failed;  // ERR_VAL: no server is known (yet)
  }
  return true;
}

void Lookup::cancel() {
  for (Lookup** at = &waiting; *at != nullptr; at = &(*at)->next_) {
    if (*at != this) continue;
    *at = next_;
    break;
  }
  state_ = State::idle;
}

void Lookup::on_found(const char*, const ip_addr_t* address, void* number) {
  for (Lookup* each = waiting; each != nullptr; each = each->next_) {
    if (each->number_ == reinterpret_cast<std::uintptr_t>(number)) return each->finish(address);
  }
}

void Lookup::finish(const ip_addr_t* address) {
  cancel();
  if (address != nullptr) {
    address_ = *address;
    state_ = State::found;
    return;
  }
  state_ = State::failed;
  error_ = lwip::now() - started_ < kSilenceMs ? Error::name_not_found : Error::name_lookup_failed;
}
#else
bool Lookup::ask(std::string_view, u8_t) {
  state_ = State::failed;
  error_ = Error::name_lookup_failed;
  return true;
}

void Lookup::cancel() { state_ = State::idle; }
#endif

}  // namespace whit::lwip
