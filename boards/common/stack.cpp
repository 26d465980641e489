#include "stack.hpp"

#include <cstdint>

// Of the linker script.
extern "C" std::uint32_t __stack_limit[], __stack[];

namespace whit::board {
namespace {

constexpr std::uint32_t kPaint = 0xA5A5A5A5;

}  // namespace

void paint_stack() {
  // Up to here, and a little less: what lies above is in use.
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  volatile std::uint32_t* const end = reinterpret_cast<std::uint32_t*>(here - 64);
  for (volatile std::uint32_t* at = __stack_limit; at < end; at = at + 1) *at = kPaint;
}

std::size_t painted_stack_used() {
  const std::uint32_t* at = __stack_limit;
  while (at < __stack && *at == kPaint) ++at;
  return static_cast<std::size_t>(__stack - at) * sizeof *at;
}

}  // namespace whit::board
