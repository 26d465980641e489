// Every allocation of lwIP passes here (the linker's --wrap).
#include <array>
#include <set>

#include "lwip/mem.h"
#include "lwip/memp.h"
#include "lwip/stats.h"
#include "world.hpp"

namespace whit::lwip_test {
namespace {

std::size_t fail_at = 0;
std::size_t seen = 0;
std::array<int, MEMP_MAX> used{};
std::array<int, MEMP_MAX> most = [] {
  std::array<int, MEMP_MAX> none{};
  none.fill(-1);
  return none;
}();

long heap_limit = -1;

bool fails() { return ++seen == fail_at; }

}  // namespace

void fail_allocation(std::size_t nth) {
  fail_at = nth;
  seen = 0;
}

std::size_t allocations() { return seen; }

void limit_pool(int pool, int limit) { most[static_cast<std::size_t>(pool)] = limit; }

void limit_heap(long limit) { heap_limit = limit; }

extern "C" {

void* __real_memp_malloc(memp_t type);
void __real_memp_free(memp_t type, void* mem);
void* __real_mem_malloc(mem_size_t size);

void* __wrap_memp_malloc(memp_t type);
void __wrap_memp_free(memp_t type, void* mem);
void* __wrap_mem_malloc(mem_size_t size);

void* __wrap_memp_malloc(memp_t type) {
  // A timer that cannot be set is a mistake of the configuration, which lwIP asserts, and not a matter of load.
  if (type != MEMP_SYS_TIMEOUT && fails()) return nullptr;
  if (most[type] >= 0 && used[type] >= most[type]) return nullptr;
  void* mem = __real_memp_malloc(type);
  if (mem != nullptr) ++used[type];
  return mem;
}

void __wrap_memp_free(memp_t type, void* mem) {
  if (mem != nullptr) --used[type];
  __real_memp_free(type, mem);
}

void* __wrap_mem_malloc(mem_size_t size) {
  if (fails()) return nullptr;
  if (heap_limit >= 0 && static_cast<long>(lwip_stats.mem.used + size) > heap_limit) return nullptr;
  return __real_mem_malloc(size);
}

}  // extern "C"

}  // namespace whit::lwip_test
