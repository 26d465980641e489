#include "semihosting.hpp"

#include <cstdint>
#include <cstring>

namespace whit::semihosting {
namespace {

enum Operation {
  kOpen = 0x01,
  kWrite0 = 0x04,
  kRead = 0x06,
  kCommandLine = 0x15,
  kExitExtended = 0x20,
};
constexpr std::uintptr_t kApplicationExit = 0x20026;

}  // namespace

// "PROGRAM key=value ...": the program's name has no '=' and hurts nobody.
void command_line(char* out, std::size_t size) {
  std::uintptr_t block[2] = {reinterpret_cast<std::uintptr_t>(out), size};
  if (call(kCommandLine, block) != 0) out[0] = '\0';
}

void write(const char* text, std::size_t size) {
  char piece[64];
  while (size > 0) {
    const std::size_t n = size < sizeof piece - 1 ? size : sizeof piece - 1;
    std::memcpy(piece, text, n);
    piece[n] = '\0';
    call(kWrite0, piece);
    text += n;
    size -= n;
  }
}

void stop(int status) {
  const std::uintptr_t block[2] = {kApplicationExit, static_cast<std::uintptr_t>(status)};
  while (true) call(kExitExtended, block);
}

bool random_for_emulation_only(MutBytes out) {
  static std::intptr_t file = -1;
  if (file < 0) {
    static constexpr char kName[] = "/dev/urandom";
    constexpr std::uintptr_t kReadBinary = 1;
    const std::uintptr_t block[3] = {reinterpret_cast<std::uintptr_t>(kName), kReadBinary, sizeof kName - 1};
    file = call(kOpen, block);
    if (file < 0) return false;
  }
  const std::uintptr_t block[3] = {static_cast<std::uintptr_t>(file), reinterpret_cast<std::uintptr_t>(out.data()),
                                   out.size()};
  return call(kRead, block) == 0;  // how many bytes are missing
}

}  // namespace whit::semihosting
