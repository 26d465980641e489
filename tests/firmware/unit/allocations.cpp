// support/allocations.hpp where all is linked at once: -Wl,--wrap puts these before the C library's own, also for its
// operator new.
#include "support/allocations.hpp"

namespace {

bool counting = false;
std::size_t counted = 0;

void note() { counted += counting ? 1 : 0; }

}  // namespace

extern "C" {
void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* block, std::size_t size);

void* __wrap_malloc(std::size_t size) {
  note();
  return __real_malloc(size);
}
void* __wrap_calloc(std::size_t count, std::size_t size) {
  note();
  return __real_calloc(count, size);
}
void* __wrap_realloc(void* block, std::size_t size) {
  note();
  return __real_realloc(block, size);
}
}

namespace whit::test {

Allocations::Allocations() {
  counted = 0;
  counting = true;
}

std::size_t Allocations::end() {
  counting = false;
  return counted;
}

}  // namespace whit::test
