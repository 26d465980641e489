// What carries the server's connections: TCP, or TLS over it. Which of the two is linked is the build's choice.
#pragma once

#include <cstddef>
#include <string_view>

#include "whit/entropy.hpp"
#include "whit/transport.hpp"

namespace app {

/// How many there are at a time: TLS takes memory for each.
inline constexpr std::size_t kConnections = WHIT_SERVED;

/// Over one of the board's connections.
whit::Transport& transport(std::size_t which);

/// For WebSocket.
whit::Entropy entropy();

/// "https" or "http"
std::string_view scheme();

/// Moves the next connection that has arrived into transport(which), which must be idle; false: there is none.
bool accept(std::size_t which);

/// Says how much memory TLS has taken so far; nothing without TLS.
void print_memory();

}  // namespace app
