// A whole life of a connection: open, bytes both ways, both ends.
#pragma once

#include <string>

#include "far_end.hpp"
#include "lwip/tcp.hpp"
#include "world.hpp"

namespace whit::lwip_test {

struct Exchange {
  std::size_t up = 20000;    // bytes to send
  std::size_t down = 20000;  // bytes to receive
  std::uint32_t limit_ms = 300000;
  std::size_t fail_at = 0;  // this allocation of lwIP's fails, once the far end listens
  lwip::TcpOptions options;
  std::string host;      // to connect to; empty: the far end's address
  bool accepts = false;  // the far end connects, and a listener hands the connection over
};

struct Outcome {
  bool complete = false;  // every byte arrived, in order, and both ends were seen
  bool intact = true;     // nothing arrived that was not sent
  Error error = Error::none;
  std::size_t allocations = 0;  // once the far end listened
  std::string text;
};

/// Lives it in a world. The loop wakes only at the deadlines that whit and lwIP give, or when a packet arrives.
Outcome live(World& world, const Exchange& exchange);

}  // namespace whit::lwip_test
