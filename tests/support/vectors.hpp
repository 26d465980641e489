// Runs a protocol vector in every way in which its bytes can arrive and its answer can leave.
#pragma once

#include <string>
#include <vector>

#include "support/session.hpp"

namespace whit::test {

/// What the peer sends behind the handshake, and what must come of it however it is cut.
struct Vector {
  std::string name;
  std::string in;
  std::string trace;   ///< Collector::trace() without "open".
  std::string sent;    ///< Session::sent().
  bool final = false;  ///< It ends the link: bytes behind it change nothing.
  bool server = false;
};

/// How bytes travel.
struct Delivery {
  std::string name;
  std::vector<std::size_t> cuts;  ///< Everything is handled before the next part arrives.
  std::size_t chunk = 0;          ///< Size of each rx() view; 0: as large as it comes.
  Placement placement = Placement::heap;
  std::vector<std::size_t> tx;  ///< Schedule of short writes.
  Holding holding = Holding::none;
  std::string trailing;    ///< Behind a final vector.
  bool with_head = false;  ///< In one segment with the end of the handshake.
  std::size_t ring = 512;
};

/// Plays the vector once. `full` receives what was sent; the result is the trace.
std::string play(const Vector& vector, const Delivery& delivery, std::string& sent);

/// Every delivery that applies to the vector.
std::vector<Delivery> deliveries(const Vector& vector);

/// Plays it in every way and compares.
inline void expect_everywhere(const Vector& vector) {
  std::string expected = "open\n" + vector.trace;
  if (!vector.final) expected += "error connection_lost\nclose 1006 unclean\n";
  for (const Delivery& delivery : deliveries(vector)) {
    std::string sent;
    const std::string trace = play(vector, delivery, sent);
    EXPECT_EQ(trace, expected) << vector.name << ", " << delivery.name;
    if (delivery.tx.empty()) {
      EXPECT_EQ(sent, vector.sent) << vector.name << ", " << delivery.name;
    }
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace whit::test
