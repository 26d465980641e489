// A network in memory and in virtual time, for tests of applications. It is deterministic: the same seed and the same
// calls give the same bytes at the same moments.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>

#include "whit/entropy.hpp"
#include "whit/error.hpp"
#include "whit/time.hpp"

namespace whit::sim {

class Tcp;

/// How the network is at the moment; may be changed at any time, for what is sent from then on.
struct Conditions {
  std::uint32_t latency_ms = 10;                 ///< One way.
  std::uint32_t jitter_ms = 0;                   ///< Up to so much more, at random. TCP keeps the order all the same.
  std::uint32_t loss = 0;                        ///< Of a thousand segments: they come late, as TCP has to repeat them.
  std::uint32_t repeat_ms = 1000;                ///< How late.
  std::size_t most_per_write = ~std::size_t{0};  ///< No call of tx() takes more; with `random_writes` at random less.
  bool random_writes = false;
  std::size_t window = 65535;        ///< Bytes under way or unread in one direction; then tx() takes nothing.
  std::uint32_t nat_timeout_ms = 0;  ///< A connection that was silent for so long is forgotten on the way: what is sent
                                     ///< then vanishes, and nobody is told. 0: never.
  bool up = true;     ///< While it is not, nothing arrives, and nothing is known to be wrong.
  bool names = true;  ///< While not, lookups fail for now (name_lookup_failed).
};

/// The network, its clock, and who can be reached.
///
///   application -- WebSocket -- Tcp ===== Network ===== Tcp -- WebSocket -- Server
class Network {
 public:
  /// Called when a connection arrives, with the far end of it, which is up; the server owns what it makes of that.
  using Accept = std::function<void(Tcp& dialling)>;

  /// The seed decides all that is random here, and is what a test prints when it fails.
  explicit Network(std::uint64_t seed = 1);
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  Conditions conditions;

  [[nodiscard]] Instant now() const { return now_; }
  /// Reproducible bytes, for WebSocket and Session.
  [[nodiscard]] Entropy entropy();
  /// A number below `bound`.
  std::uint32_t random(std::uint32_t bound);

  /// From now on `accept` is called for connections to this name and port.
  void listen(const std::string& host, std::uint16_t port, Accept accept);
  /// The name stays known, and connections to the port are refused.
  void stop_listening(const std::string& host, std::uint16_t port);

  /// Polls until there is nothing to do, and returns when it wants to be called again; packets wake it, too.
  using Turn = std::function<Deadline()>;
  /// A server that is to have its turns; removed by the number that is returned.
  std::size_t add(Turn turn);
  void remove(std::size_t number);

  /// Lets so much time pass. `turn` is the application's loop. Returns how often it was woken: a loop that sleeps until
  /// next_deadline() would have been woken as often.
  std::size_t run(std::uint32_t ms, const Turn& turn);

 private:
  friend class Tcp;

  [[nodiscard]] Deadline next_arrival(bool at_servers) const;

  Instant now_{1000};
  std::mt19937_64 random_;
  std::map<std::pair<std::string, std::uint16_t>, Accept> servers_;
  std::set<std::string> names_;
  std::map<std::size_t, Turn> turns_;
  std::size_t last_turn_ = 0;
  std::set<Tcp*> links_;
};

}  // namespace whit::sim
