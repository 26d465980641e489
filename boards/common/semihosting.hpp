// What an emulator (or a debugger) does for an image: a command line, a console, random bytes, an exit status.
#pragma once

#include <cstddef>

#include "whit/bytes.hpp"

#ifndef WHIT_EMULATION
#error "without an emulator or a debugger a semihosting call stops the device: this is for WHIT_EMULATION only"
#endif

namespace whit::semihosting {

/// Makes the call; of the architecture.
std::intptr_t call(int operation, const void* argument);

void command_line(char* out, std::size_t size);
void write(const char* text, std::size_t size);
[[noreturn]] void stop(int status);

/// The host's /dev/urandom. A board that uses it has no source of its own, and is none to flash.
bool random_for_emulation_only(MutBytes out);

}  // namespace whit::semihosting
