// lwIP's own DNS: asked in lwIP's thread, which also brings the answer, so that nobody waits.
#include "posix/resolver.hpp"

#include <cstring>

#include "lwip/dns.h"
#include "lwip/sys.h"
#include "lwip/tcpip.h"
#include "posix/clock.hpp"
#include "posix/system.hpp"

namespace whit::posix {
namespace {

#if LWIP_DNS

//            start()          lwIP's thread           result()
//   vacant ----------> asked --------------> finished ----------> vacant
//                       | ^ |                                       ^
//     no room in lwIP's | | | abandon()                             |
//                table  v | v               lwIP's thread           |
//                 refused  abandoned -------------------------------+
//
// result() asks again from `refused`. lwIP cannot be told to forget a question, so an abandoned slot waits for its
// answer, which always comes. The state changes under lwIP's own lock for short moments: small processors have no
// atomic compare-exchange.
enum class State : std::uint8_t { vacant, asked, refused, finished, abandoned };

struct Slot {
  State state = State::vacant;
  Error error = Error::none;
  std::uint16_t port = 0;
  Instant started{};
  ip_addr_t found{};
  char host[DNS_MAX_NAME_LENGTH] = {};
};

Slot slots[kResolverSlots];

class Protect {
 public:
  Protect() { SYS_ARCH_PROTECT(level_); }
  ~Protect() { SYS_ARCH_UNPROTECT(level_); }
  Protect(const Protect&) = delete;
  Protect& operator=(const Protect&) = delete;

 private:
  SYS_ARCH_DECL_PROTECT(level_);
};

void move_on(Slot& slot, State next) {
  const Protect protect;
  slot.state = slot.state == State::abandoned ? State::vacant : next;
}

// lwIP says "no" in one way whether a server said so or none answered. Silence takes DNS_MAX_RETRIES turns of a second
// or more.
Error error_of_no_answer(const Slot& slot) {
  constexpr std::uint32_t kSilenceMs = (DNS_MAX_RETRIES - 1) * 1000;
  return now() - slot.started < kSilenceMs ? Error::name_not_found : Error::name_lookup_failed;
}

void on_answer(const char*, const ip_addr_t* address, void* context) {
  Slot& slot = *static_cast<Slot*>(context);
  if (address != nullptr) {
    slot.found = *address;
  } else {
    slot.error = error_of_no_answer(slot);
  }
  move_on(slot, State::finished);
}

void ask(void* context) {
  Slot& slot = *static_cast<Slot*>(context);
  slot.started = now();
  const err_t result = dns_gethostbyname(slot.host, &slot.found, &on_answer, &slot);
  if (result == ERR_INPROGRESS) return;
  if (result != ERR_OK && result != ERR_MEM)
    slot.error = Error::name_lookup_failed;  // ERR_VAL: no server is known (yet)
  move_on(slot, result == ERR_MEM ? State::refused : State::finished);
}

Address to_address(const ip_addr_t& from, std::uint16_t port) {
  Address out{};
#if WHIT_POSIX_IPV6
  if (IP_IS_V6_VAL(from)) {
    out.v6.sin6_family = AF_INET6;
    inet6_addr_from_ip6addr(&out.v6.sin6_addr, ip_2_ip6(&from));
  }
#endif
  if (IP_IS_V4_VAL(from)) {
    out.v4.sin_family = AF_INET;
    inet_addr_from_ip4addr(&out.v4.sin_addr, ip_2_ip4(&from));
  }
  out.set_port(port);
  return out;
}

int claim() {
  const Protect protect;
  for (std::size_t i = 0; i < kResolverSlots; ++i) {
    if (slots[i].state != State::vacant) continue;
    slots[i].state = State::asked;
    return static_cast<int>(i);
  }
  return Resolver::kBusy;
}

class LwipResolver final : public Resolver {
 public:
  int start(std::string_view host, std::uint16_t port, Error& error) override {
    error = Error::none;
    if (host.empty() || host.size() >= sizeof slots[0].host || std::memchr(host.data(), '\0', host.size()) != nullptr) {
      error = Error::name_not_found;
      return kBusy;
    }
    const int ticket = claim();
    if (ticket < 0) return kBusy;
    Slot& slot = slots[ticket];
    std::memcpy(slot.host, host.data(), host.size());
    slot.host[host.size()] = '\0';
    slot.port = port;
    slot.error = Error::none;
    if (tcpip_try_callback(&ask, &slot) == ERR_OK) return ticket;
    move_on(slot, State::vacant);
    return kBusy;
  }

  bool result(int ticket, AddressList& out, Error& error) override {
    Slot& slot = slots[ticket];
    const State state = state_of(slot);
    if (state == State::refused) ask_again(slot);
    if (state != State::finished) return false;
    error = slot.error;
    out = {};
    if (error == Error::none) out.add(to_address(slot.found, slot.port));
    move_on(slot, State::vacant);
    return true;
  }

  void abandon(int ticket) override {
    const Protect protect;
    Slot& slot = slots[ticket];
    slot.state = slot.state == State::asked ? State::abandoned : State::vacant;
  }

  // lwIP has nothing that a poll could wait for together with sockets, so the answer is looked for now and then.
  [[nodiscard]] int wake_fd(int) const override { return -1; }

 private:
  static State state_of(const Slot& slot) {
    const Protect protect;
    return slot.state;
  }

  static void ask_again(Slot& slot) {
    move_on(slot, State::asked);
    if (tcpip_try_callback(&ask, &slot) != ERR_OK) move_on(slot, State::refused);
  }
};

#else

class LwipResolver final : public Resolver {
 public:
  int start(std::string_view, std::uint16_t, Error& error) override {
    error = Error::name_lookup_failed;
    return kBusy;
  }
  bool result(int, AddressList&, Error&) override { return false; }
  void abandon(int) override {}
  [[nodiscard]] int wake_fd(int) const override { return -1; }
};

#endif

LwipResolver the_resolver;

}  // namespace

Resolver& system_resolver() { return the_resolver; }

}  // namespace whit::posix
