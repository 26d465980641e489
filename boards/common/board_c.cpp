#include <cstring>

#include "board.h"
#include "board.hpp"

namespace board = whit::board;

void whit_board_start(int argc, char** argv) { board::start(argc, argv); }

const char* whit_board_argument(const char* key, char* out, std::size_t size, const char* otherwise) {
  const std::string_view value = board::argument(key);
  if (value.empty()) return otherwise;
  const std::size_t n = value.size() < size ? value.size() : size - 1;
  std::memcpy(out, value.data(), n);
  out[n] = '\0';
  return out;
}

std::uint32_t whit_board_now_ms(void) { return board::now().ms; }

bool whit_board_entropy(void*, std::uint8_t* out, std::size_t size) {
  const whit::Entropy entropy = board::entropy();
  return entropy.fill(entropy.context, whit::MutBytes(out, size));
}

whit_transport* whit_board_tcp(void) { return reinterpret_cast<whit_transport*>(&board::tcp()); }

void whit_board_print(const char* text, std::size_t size) { board::print({text, size}); }

void whit_board_wait(std::uint32_t ms) {
  using whit::Deadline;
  board::wait(ms == Deadline::kForever ? Deadline::never() : Deadline::at(board::now() + ms));
}

void whit_board_end(bool passed) { board::end(passed); }
