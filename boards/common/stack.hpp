// How deep the stack has been: it is painted at the start, and what has lost its paint was used.
#pragma once

#include <cstddef>

namespace whit::board {

void paint_stack();
[[nodiscard]] std::size_t painted_stack_used();

}  // namespace whit::board
