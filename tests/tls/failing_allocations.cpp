// The Nth allocation of mbedTLS fails: the linker puts this before the real function (--wrap).
#include "tls/failing_allocations.hpp"

#include "mbedtls/arena.hpp"

namespace whit::test {
namespace {
std::size_t left = 0;
std::size_t seen = 0;
}  // namespace

void fail_allocation(std::size_t nth) {
  left = nth;
  seen = 0;
}
std::size_t allocations() { return seen; }

}  // namespace whit::test

extern "C" void* __real_whit_mbedtls_calloc(std::size_t count, std::size_t size);
extern "C" void* __wrap_whit_mbedtls_calloc(std::size_t count, std::size_t size);
extern "C" void* __wrap_whit_mbedtls_calloc(std::size_t count, std::size_t size) {
  ++whit::test::seen;
  if (whit::test::left != 0 && --whit::test::left == 0)
    return whit::mbedtls::Arena::current()->allocate(~std::size_t{0} / 2);
  return __real_whit_mbedtls_calloc(count, size);
}
