// What carries an example's WebSocket: TCP, or TLS over it. Which of the two is linked is the build's choice.
#pragma once

#include <cstdint>

#include "whit/entropy.hpp"
#include "whit/error.hpp"
#include "whit/transport.hpp"

namespace app {

/// Over the board's connection. An image speaks either ws:// or wss://, and WebSocket::connect() refuses the other.
whit::Transport& transport();

/// For WebSocket.
whit::Entropy entropy();

/// Says how much memory TLS has taken so far; nothing without TLS.
void print_memory();

}  // namespace app
