#include "world.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "lwip/init.h"
#include "lwip/ip.h"
#include "lwip/pbuf.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "lwip/timeouts.h"

namespace whit::lwip_test {
namespace {

World* world = nullptr;
std::uint64_t clock_ms = 4294900000u;  // soon to wrap as sys_now() does
netif interfaces[2];
netif& near_netif = interfaces[0];
netif& far_netif = interfaces[1];

err_t send(netif* from, pbuf* data) {
  if (world != nullptr && !world->takes()) return ERR_MEM;
  std::vector<std::uint8_t> bytes(data->tot_len);
  pbuf_copy_partial(data, bytes.data(), data->tot_len, 0);
  if (world != nullptr) world->transmit(from, bytes);
  return ERR_OK;
}

err_t output4(netif* from, pbuf* data, const ip4_addr_t*) { return send(from, data); }
err_t output6(netif* from, pbuf* data, const ip6_addr_t*) { return send(from, data); }

err_t initialise(netif* self) {
  self->name[0] = 'w';
  self->output = output4;
  self->output_ip6 = output6;
  self->mtu = 1500;
  return ERR_OK;
}

void add(netif& self, Side side) {
  ip4_addr_t address4, mask;
  ip4addr_aton(World::address(side, false).c_str(), &address4);
  ip4addr_aton("255.255.255.0", &mask);
  netif_add(&self, &address4, &mask, IP4_ADDR_ANY4, nullptr, initialise, ip_input);
  ip6_addr_t address6;
  ip6addr_aton(World::address(side, true).c_str(), &address6);
  netif_ip6_addr_set(&self, 0, &address6);
  netif_ip6_addr_set_state(&self, 0, IP6_ADDR_PREFERRED);
  netif_set_up(&self);
  netif_set_link_up(&self);
}

std::size_t lock_count = 0;
bool locked = false;

// Whoever drives lwIP holds its lock, so no callback may take it.
struct Driving {
#ifdef WHIT_LWIP_LOCK
  Driving() { WHIT_LWIP_LOCK(); }
  ~Driving() { WHIT_LWIP_UNLOCK(); }
#else
  Driving() {}
#endif
  Driving(const Driving&) = delete;
  Driving& operator=(const Driving&) = delete;
};

void start_lwip() {
  static bool started = false;
  if (started) return;
  started = true;
  lwip_init();
  add(near_netif, Side::near);
  add(far_netif, Side::far);
}

}  // namespace

extern "C" {

void whit_test_lock(void);
void whit_test_unlock(void);

u32_t sys_now(void) { return static_cast<u32_t>(clock_ms); }
unsigned whit_test_random(void) { return world != nullptr ? world->random() : 4; }

void whit_test_lock(void) {
  if (locked) abort();  // it is not recursive
  locked = true;
  ++lock_count;
}

void whit_test_unlock(void) {
  if (!locked) abort();
  locked = false;
}

netif* whit_test_route4(const ip4_addr_t* destination) {
  if (ip4_addr_eq(destination, netif_ip4_addr(&near_netif))) return &far_netif;
  if (ip4_addr_eq(destination, netif_ip4_addr(&far_netif))) return &near_netif;
  ip4_addr_t unrouted;
  ip4addr_aton("10.9.9.9", &unrouted);
  return ip4_addr_eq(destination, &unrouted) ? nullptr : &near_netif;
}

netif* whit_test_route6(const ip6_addr_t* destination) {
  return ip6_addr_zoneless_eq(destination, netif_ip6_addr(&near_netif, 0)) ? &far_netif : &near_netif;
}

}  // extern "C"

World::World(const Weather& weather) : weather_(weather), random_(weather.seed) {
  start_lwip();
  EXPECT_EQ(world, nullptr);
  world = this;
  near_netif.mtu = far_netif.mtu = weather.mtu;
  near_netif.mtu6 = far_netif.mtu6 = weather.mtu;
  before_ = memory();
}

// After twice the lifetime of a segment TIME_WAIT is over, too.
World::~World() {
  fail_allocation(0);
  run(2 * TCP_MSL + 60000);
  EXPECT_FALSE(locked);
  EXPECT_EQ(memory(), before_) << "left behind; seed " << weather_.seed;
  world = nullptr;
}

Instant World::now() const { return {sys_now()}; }

std::uint32_t World::ms_to_next() const {
  if (wire_.empty()) return ~0u;
  const std::uint64_t next = wire_.begin()->first;
  return next > clock_ms ? static_cast<std::uint32_t>(next - clock_ms) : 1;
}

void World::settle() {
  const Driving driving;
  sys_check_timeouts();
  while (!wire_.empty() && wire_.begin()->first <= clock_ms) {
    const Packet packet = wire_.begin()->second;
    wire_.erase(wire_.begin());
    deliver(packet);
  }
}

void World::run(std::uint32_t ms) {
  const std::uint64_t end = clock_ms + ms;
  while (true) {
    settle();
    if (clock_ms >= end) return;
    std::uint64_t next = clock_ms + sys_timeouts_sleeptime();
    if (!wire_.empty()) next = std::min(next, wire_.begin()->first);
    clock_ms = std::min(end, std::max(next, clock_ms));
  }
}

std::string World::address(Side side, bool ipv6) {
  return std::string(ipv6 ? "fd00::" : "10.0.0.") + (side == Side::near ? "1" : "2");
}

void World::ipv6(std::uint8_t state) {
  for (netif& each : interfaces) netif_ip6_addr_set_state(&each, 0, state);
}

void World::transmit(netif* from, const std::vector<std::uint8_t>& packet) {
  ++packets_;
  const unsigned copies = random() % 1000 < weather_.duplication ? 2 : 1;
  for (unsigned i = 0; i < copies; ++i) {
    if (!plugged_ || random() % 1000 < weather_.loss) continue;
    const std::uint32_t jitter = weather_.jitter_ms == 0 ? 0 : random() % (weather_.jitter_ms + 1);
    wire_.insert({clock_ms + weather_.delay_ms + jitter, {from == &near_netif ? &far_netif : &near_netif, packet}});
  }
}

// What a driver does: buffers of the pool, or the packet is lost.
void World::deliver(const Packet& packet) {
  pbuf* data = plugged_ ? received(packet.bytes) : nullptr;
  if (data != nullptr && packet.to->input(data, packet.to) != ERR_OK) pbuf_free(data);
}

pbuf* World::received(const std::vector<std::uint8_t>& bytes) const {
  const auto size = static_cast<u16_t>(bytes.size());
  u16_t headers = bytes[0] >> 4 == 6 ? 60 : 40;
  if (!weather_.headers_apart || headers > size) headers = size;
  pbuf* data = pbuf_alloc(PBUF_RAW, headers, PBUF_POOL);
  if (data == nullptr) return nullptr;
  if (headers < size) {
    pbuf* rest = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(size - headers), PBUF_POOL);
    if (rest == nullptr) {
      pbuf_free(data);
      return nullptr;
    }
    pbuf_cat(data, rest);
  }
  pbuf_take(data, bytes.data(), size);
  return data;
}

void World::receive(Side side, const std::vector<std::uint8_t>& packet) {
  const Driving driving;
  deliver({side == Side::near ? &near_netif : &far_netif, packet});
}

std::string World::memory() {
  std::string text = "heap " + std::to_string(lwip_stats.mem.used);
  for (int pool = 0; pool < MEMP_MAX; ++pool) {
    if (pool == MEMP_SYS_TIMEOUT) continue;  // lwIP's own timers come and go
    text += ", " + std::string(lwip_stats.memp[pool]->name) + " " + std::to_string(lwip_stats.memp[pool]->used);
  }
  return text;
}

std::size_t locks() { return lock_count; }

}  // namespace whit::lwip_test
