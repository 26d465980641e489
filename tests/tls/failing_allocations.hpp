#pragma once

#include <cstddef>

namespace whit::test {

/// The nth allocation of mbedTLS from now on, counted from 1, finds the arena full; 0: none.
void fail_allocation(std::size_t nth);
/// How many there were since fail_allocation().
std::size_t allocations();

}  // namespace whit::test
