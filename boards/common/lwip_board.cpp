// board.hpp for microcontrollers: lwIP without an operating system, on hardware.hpp.
#include <cstring>

#include "board.hpp"
#include "hardware.hpp"
#include "lwip/clock.hpp"
#include "lwip/dhcp.h"
#include "lwip/dns.h"
#include "lwip/init.h"
#include "lwip/memp.h"
#include "lwip/stats.h"
#include "lwip_options.hpp"
#include "netif/ethernet.h"
#include "stack.hpp"

namespace whit::board {
namespace {

netif network;
lwip::Tcp connection{tcp_options()};
char arguments[WHIT_ARGUMENTS_SIZE];
std::uint64_t wall_at_start = 0;

std::uint64_t to_number(std::string_view text) {
  std::uint64_t value = 0;
  for (const char digit : text) value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  return value;
}

ip4_addr_t address(std::string_view key, const char* otherwise) {
  char text[16] = {};
  const std::string_view given = argument(key, otherwise);
  std::memcpy(text, given.data(), given.size() < sizeof text ? given.size() : sizeof text - 1);
  ip4_addr_t result{};
  ip4addr_aton(text, &result);
  return result;
}

#if LWIP_DHCP
// A server may come up later than we do: it is waited for as long as it takes, but not in silence.
void wait_for_address() {
  constexpr std::uint32_t kSayMs = 5000;
  Instant say_at = now() + kSayMs;
  while (dhcp_supplied_address(&network) == 0) {
    wait(Deadline::at(say_at));
    if (!reached(now(), say_at)) continue;
    print("still no address by DHCP\n");
    say_at = now() + kSayMs;
  }
}
#endif

void start_network() {
  lwip_init();
  const ip4_addr_t own = address("ip", "192.0.2.15");
  const ip4_addr_t mask = address("mask", "255.255.255.0");
  const ip4_addr_t gateway = address("gateway", "192.0.2.2");
  // Of an interface that has not started, lwIP would call what the driver has not filled in.
  if (netif_add(&network, &own, &mask, &gateway, nullptr, hardware::network_start, netif_input) == nullptr) {
    print("the network interface does not answer\n");
    end(false);
  }
  netif_set_default(&network);
  netif_set_up(&network);
  netif_set_link_up(&network);
#if LWIP_DNS
  const ip_addr_t server = address("dns", "192.0.2.2");
  dns_setserver(0, &server);
#endif
#if LWIP_DHCP
  if (argument("dhcp") == "1") {
    netif_set_addr(&network, IP4_ADDR_ANY4, IP4_ADDR_ANY4, IP4_ADDR_ANY4);
    dhcp_start(&network);
    wait_for_address();
  }
#endif
}

}  // namespace

std::string_view name() { return WHIT_BOARD_NAME; }

void start(int, char**) {
  paint_stack();
  hardware::start();
  hardware::command_line(arguments, sizeof arguments);
  wall_at_start = to_number(argument("time", "0"));
  start_network();
}

std::string_view argument(std::string_view key, std::string_view otherwise) {
  for (const char* at = arguments; *at != '\0';) {
    const std::size_t size = std::strcspn(at, " ");
    if (size > key.size() && at[key.size()] == '=' && std::memcmp(at, key.data(), key.size()) == 0) {
      return {at + key.size() + 1, size - key.size() - 1};
    }
    at += size;
    if (*at == ' ') ++at;
  }
  return otherwise;
}

Instant now() { return lwip::now(); }

std::uint64_t wall_clock(void*) { return wall_at_start == 0 ? 0 : wall_at_start + hardware::milliseconds() / 1000; }

Entropy entropy() {
  return {[](void*, MutBytes out) { return hardware::random(out); }, nullptr};
}

void print(std::string_view text) { hardware::write(text.data(), text.size()); }

Transport& tcp() { return connection; }

void wait(Deadline until) {
  const Instant at = now();
  const std::uint32_t ms = Deadline::earlier(until, lwip::next_deadline(at)).ms_left(at);
  if (ms > 0) hardware::sleep(ms);
  hardware::network_poll(&network);
  sys_check_timeouts();
}

std::size_t memory_used() {
#if LWIP_STATS
  std::size_t bytes = lwip_stats.mem.used;
  for (int pool = 0; pool < MEMP_MAX; ++pool) {
    if (pool == MEMP_SYS_TIMEOUT) continue;  // lwIP's own timers come and go
    bytes += std::size_t{lwip_stats.memp[pool]->used} * memp_pools[pool]->size;
  }
  return bytes;
#else
  return 0;
#endif
}

std::size_t stack_used() { return painted_stack_used(); }

void end(bool passed) {
  print(passed ? "VERDICT passed\n" : "VERDICT failed\n");
  hardware::stop(passed ? 0 : 1);
}

}  // namespace whit::board

extern "C" u32_t sys_now() { return whit::hardware::milliseconds(); }

// For lwIP's port numbers and initial sequence numbers.
extern "C" unsigned whit_board_random() {
  std::uint8_t bytes[4] = {};
  if (!whit::hardware::random(bytes)) whit::board::end(false);
  std::uint32_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}
