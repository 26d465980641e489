#include "support/allocations.hpp"

#include <atomic>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WHIT_TEST_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WHIT_TEST_ASAN 1
#endif

namespace {

std::atomic<bool> counting{false};
std::atomic<std::size_t> counted{0};

void note() {
  if (counting.load(std::memory_order_relaxed)) counted.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

#ifdef WHIT_TEST_ASAN

// The sanitizer owns the heap, and tells. Declared here because GCC does not ship the header that does.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*allocated)(const volatile void*, std::size_t),
                                                         void (*freed)(const volatile void*));

namespace {

void note_allocation(const volatile void*, std::size_t) { note(); }
void note_freed(const volatile void*) {}
const int installed = __sanitizer_install_malloc_and_free_hooks(note_allocation, note_freed);

}  // namespace

#else

// In front of glibc's own, whose operator new comes here too.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  note();
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  note();
  return __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) {
  note();
  return __libc_realloc(block, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  note();
  return __libc_memalign(alignment, size);
}
}

#endif

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
