#include "sim/network.hpp"

#include <algorithm>

#include "sim/tcp.hpp"

namespace whit::sim {

Network::Network(std::uint64_t seed) : random_(seed) {}

Entropy Network::entropy() {
  return {[](void* self, MutBytes out) {
            for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(static_cast<Network*>(self)->random_());
            return true;
          },
          this};
}

std::uint32_t Network::random(std::uint32_t bound) {
  return bound == 0 ? 0 : static_cast<std::uint32_t>(random_() % bound);
}

void Network::listen(const std::string& host, std::uint16_t port, Accept accept) {
  names_.insert(host);
  servers_[{host, port}] = std::move(accept);
}

void Network::stop_listening(const std::string& host, std::uint16_t port) { servers_.erase({host, port}); }

std::size_t Network::add(Turn turn) {
  turns_[++last_turn_] = std::move(turn);
  return last_turn_;
}

void Network::remove(std::size_t number) { turns_.erase(number); }

Deadline Network::next_arrival(bool at_servers) const {
  Deadline next = Deadline::never();
  for (const Tcp* each : links_) {
    if (each->accepted_ == at_servers) next = Deadline::earlier(next, each->next_deadline());
  }
  return next;
}

std::size_t Network::run(std::uint32_t ms, const Turn& turn) {
  const Instant end = now_ + ms;
  std::size_t wakes = 0;
  Deadline application = Deadline::immediately();
  Deadline servers = Deadline::immediately();
  while (true) {
    const bool wake = Deadline::earlier(application, next_arrival(false)).ms_left(now_) == 0;
    if (wake) {
      application = turn();
      ++wakes;
    }
    if (Deadline::earlier(servers, next_arrival(true)).ms_left(now_) == 0) {
      servers = Deadline::never();
      for (const auto& each : turns_) servers = Deadline::earlier(servers, each.second());
    }
    if (reached(now_, end)) return wakes;
    const Deadline next = Deadline::earlier(Deadline::earlier(application, servers),
                                            Deadline::earlier(next_arrival(false), next_arrival(true)));
    // Whoever wants to go on at once does so a millisecond later: nothing can stand still here.
    now_ = now_ + std::clamp(next.ms_left(now_), std::uint32_t{1}, end - now_);
  }
}

}  // namespace whit::sim
