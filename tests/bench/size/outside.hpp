// What the board would bring.
#pragma once

#include "whit/websocket.hpp"

whit::Transport& the_transport();
whit::Entropy the_entropy();
whit::Instant the_time();
std::string_view the_url();
void take(whit::MutBytes data);
void sleep_until(whit::Deadline deadline);
