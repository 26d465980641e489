#include "posix/entropy.hpp"

#include <errno.h>
#include <sys/mman.h>
#if defined(__linux__)
#include <sys/random.h>
#else
#include <unistd.h>
#endif

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include "posix/posix.h"

namespace whit::posix {
namespace {

bool ask_kernel(std::uint8_t* out, std::size_t size) {
  while (size > 0) {
    const std::size_t part = size < 256 ? size : 256;  // up to here neither call is ever cut short by a signal
#if defined(__linux__)
    const ssize_t n = ::getrandom(out, part, GRND_NONBLOCK);
    if (n < 0 && errno == EINTR) continue;
#else
    const ssize_t n = ::getentropy(out, part) == 0 ? static_cast<ssize_t>(part) : -1;
#endif
    if (n <= 0) return false;
    out += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

#if defined(MADV_WIPEONFORK)

// One page that fork() turns to zeros in the child, so zeros must mean "unlocked and empty".
struct Pool {
  std::atomic<bool> busy;
  std::uint32_t left;  // unused bytes, at the end of `bytes`
  std::uint8_t bytes[1024];
};

std::atomic<Pool*> shared_pool{nullptr};
std::atomic<bool> no_pool{false};

Pool* map_pool() {
  void* page = ::mmap(nullptr, sizeof(Pool), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return nullptr;
  if (::madvise(page, sizeof(Pool), MADV_WIPEONFORK) != 0) {
    ::munmap(page, sizeof(Pool));
    return nullptr;
  }
  ::madvise(page, sizeof(Pool), MADV_DONTDUMP);  // keys to come do not belong into a core file; best effort
  Pool* pool = new (page) Pool{};
  Pool* first = nullptr;
  if (shared_pool.compare_exchange_strong(first, pool)) return pool;
  ::munmap(page, sizeof(Pool));  // another thread was faster
  return first;
}

Pool* the_pool() {
  Pool* pool = shared_pool.load(std::memory_order_acquire);
  if (pool != nullptr || no_pool.load(std::memory_order_relaxed)) return pool;
  pool = map_pool();
  if (pool == nullptr) no_pool.store(true, std::memory_order_relaxed);
  return pool;
}

bool take(Pool& pool, MutBytes out) {
  if (pool.left < out.size()) {
    pool.left = 0;
    if (!ask_kernel(pool.bytes, sizeof pool.bytes)) return false;
    pool.left = sizeof pool.bytes;
  }
  std::uint8_t* from = pool.bytes + (sizeof pool.bytes - pool.left);
  std::memcpy(out.data(), from, out.size());
  std::memset(from, 0, out.size());
  pool.left -= static_cast<std::uint32_t>(out.size());
  return true;
}

bool fill(void*, MutBytes out) {
  if (out.empty()) return true;
  Pool* pool = out.size() <= sizeof pool->bytes / 4 ? the_pool() : nullptr;
  // Another thread is in there: rather than wait for it, go to the kernel.
  if (pool == nullptr || pool->busy.exchange(true, std::memory_order_acquire)) {
    return ask_kernel(out.data(), out.size());
  }
  const bool ok = take(*pool, out);
  pool->busy.store(false, std::memory_order_release);
  return ok;
}

#else

bool fill(void*, MutBytes out) { return ask_kernel(out.data(), out.size()); }

#endif

}  // namespace

Entropy entropy() { return {&fill, nullptr}; }

}  // namespace whit::posix

bool whit_posix_entropy(void*, std::uint8_t* out, std::size_t size) {
  const whit::Entropy entropy = whit::posix::entropy();
  return entropy.fill(entropy.context, whit::MutBytes(out, size));
}
