// What differs between the microcontrollers here; boards/common/lwip_board.cpp makes board.hpp of it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lwip/netif.h"
#include "whit/bytes.hpp"

namespace whit::hardware {

/// Clocks and console.
void start();
/// Milliseconds since start().
std::uint32_t milliseconds();
/// Stands still until an interrupt, for so long at most. An interrupt that came just before counts.
void sleep(std::uint32_t most_ms);
/// To the console.
void write(const char* text, std::size_t size);
/// Strong random bytes; false: the source failed.
bool random(MutBytes out);
/// For netif_add(): fills in the interface and lets it interrupt sleep().
err_t network_start(netif* self);
/// Hands what has arrived to lwIP.
void network_poll(netif* self);

/// The command line: "key=value key=value ...", as long as the buffer allows.
void command_line(char* out, std::size_t size);
/// The end, with a status for an emulator.
[[noreturn]] void stop(int status);

}  // namespace whit::hardware
