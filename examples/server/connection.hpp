// What carries the server's WebSocket: TCP, or TLS over it. Which of the two is linked is the build's choice.
#pragma once

#include <string_view>

#include "whit/entropy.hpp"
#include "whit/transport.hpp"

namespace app {

/// Over the board's connection.
whit::Transport& transport();

/// For WebSocket.
whit::Entropy entropy();

/// "https" or "http"
std::string_view scheme();

/// Moves the next connection that has arrived into transport(), which must be idle; false: there is none.
bool accept();

/// Says how much memory TLS has taken so far; nothing without TLS.
void print_memory();

}  // namespace app
