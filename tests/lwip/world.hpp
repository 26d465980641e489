// Two interfaces of one lwIP with a bad wire between them, in virtual time.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "lwip/netif.h"
#include "whit/time.hpp"

namespace whit::lwip_test {

struct Weather {
  std::uint32_t delay_ms = 1;
  std::uint32_t jitter_ms = 0;  // more than 0 also reorders
  unsigned loss = 0;            // in a thousand packets
  unsigned duplication = 0;     // in a thousand packets
  std::uint16_t mtu = 1500;
  bool headers_apart = false;  // the driver has a buffer of its own for the headers of IP and TCP
  std::uint32_t seed = 1;
};

enum class Side { near, far };

/// There is one at a time, since lwIP is one. It begins with empty pools and complains unless it ends so.
class World {
 public:
  explicit World(const Weather& weather = {});
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] Instant now() const;
  /// Lets time pass: packets arrive, and lwIP's timers run when they are due.
  void run(std::uint32_t ms);
  /// Until the next packet arrives, at least 1.
  [[nodiscard]] std::uint32_t ms_to_next() const;
  /// What arrives now and the timers that are due, without any time passing.
  void settle();
  /// "10.0.0.1" and "fd00::1" are near, the ones with 2 are far.
  [[nodiscard]] static std::string address(Side side, bool ipv6);
  /// The cable: nothing arrives while it is out.
  void plug(bool in) { plugged_ = in; }
  /// The drivers have no room for this many packets.
  void refuse(int packets) { refused_ = packets; }
  /// A driver is asked.
  bool takes() { return refused_ == 0 || refused_-- == 0; }
  /// The state of both sides' IPv6 addresses.
  static void ipv6(std::uint8_t state);
  [[nodiscard]] Weather& weather() { return weather_; }
  [[nodiscard]] std::size_t packets() const { return packets_; }
  /// A packet of IP that a driver of this side hands to lwIP now.
  void receive(Side side, const std::vector<std::uint8_t>& packet);
  /// The pools and the heap in one line, for comparison.
  [[nodiscard]] static std::string memory();

  void transmit(netif* from, const std::vector<std::uint8_t>& packet);
  [[nodiscard]] std::uint32_t random() { return static_cast<std::uint32_t>(random_()); }

 private:
  struct Packet {
    netif* to;
    std::vector<std::uint8_t> bytes;
  };
  void deliver(const Packet& packet);
  pbuf* received(const std::vector<std::uint8_t>& bytes) const;

  Weather weather_;
  std::minstd_rand random_;
  std::multimap<std::uint64_t, Packet> wire_;  // by the time of arrival
  bool plugged_ = true;
  int refused_ = 0;
  std::size_t packets_ = 0;
  std::string before_;
};

/// Makes the nth allocation from now on fail, of pools and heap alike; 0: none. How many there were meanwhile.
void fail_allocation(std::size_t nth);
std::size_t allocations();
/// No more than this many elements of a pool may be in use, whatever its size; negative: as configured.
void limit_pool(int pool, int most);
/// No more than this many bytes of the heap may be in use; negative: as configured.
void limit_heap(long most);

/// How often WHIT_LWIP_LOCK() was taken so far; 0 where lwIP's own is used.
std::size_t locks();

}  // namespace whit::lwip_test
