#include <cstdint>

#include "semihosting.hpp"

namespace whit::semihosting {

std::intptr_t call(int operation, const void* argument) {
  register std::intptr_t r0 asm("r0") = operation;
  register const void* r1 asm("r1") = argument;
  asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

}  // namespace whit::semihosting
