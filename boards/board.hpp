// All that an example needs of a board, and all that a board has to give. boards/README.md tells how to bring up
// another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "whit/entropy.hpp"
#include "whit/time.hpp"
#include "whit/transport.hpp"

namespace whit::board {

/// "mps2-an385"
[[nodiscard]] std::string_view name();

/// Clock, console and network, once, before all else. argc and argv are those of main(); a board without a command line
/// has others from elsewhere: the emulator's, or what was compiled in.
void start(int argc, char** argv);

/// The value of "key=value" among the arguments, or what is given instead. The view lives for ever.
[[nodiscard]] std::string_view argument(std::string_view key, std::string_view otherwise = {});

/// Milliseconds since an arbitrary start.
[[nodiscard]] Instant now();

/// Seconds since 1970, or 0 while nobody has told. The context is not used: it fits mbedtls::Clock and SessionOptions.
[[nodiscard]] std::uint64_t wall_clock(void* context);

/// Strong random bytes; see each board for where they come from.
[[nodiscard]] Entropy entropy();

/// To the console, as it is.
void print(std::string_view text);

/// A client's TCP connection.
[[nodiscard]] Transport& tcp();

/// How many connections a server has at a time: a page that is asked for again needs one beside its WebSocket.
inline constexpr std::size_t kConnections = WHIT_CONNECTIONS;
/// A server's connections, of which the first is that of a client.
[[nodiscard]] Transport& tcp(std::size_t which);
/// Listens at a port at all addresses of the board.
[[nodiscard]] bool listen(std::uint16_t port);
/// Moves the next connection that has arrived into tcp(which), which must be idle; false: there is none.
[[nodiscard]] bool accept(std::size_t which);

/// Sleeps until the network has news or the deadline passes, and moves the network forward. The core of a
/// microcontroller stands still meanwhile.
void wait(Deadline until);

/// Bytes of the network's pools and heap that are in use now; 0 where nobody counts.
[[nodiscard]] std::size_t memory_used();

/// The most bytes of stack that were in use so far; 0 where nobody counts.
[[nodiscard]] std::size_t stack_used();

/// The verdict, for whoever reads the console, and the end of the program; a device stays there.
[[noreturn]] void end(bool passed);

}  // namespace whit::board
