// What newlib needs for the tests: a heap, in memory beside the board's own, and its standard output.
#include <cerrno>
#include <cstddef>
#include <cstdint>

extern "C" {

extern std::uint8_t __heap_start[], __heap_end[];  // of the linker's command line

void initialise_monitor_handles();

void* _sbrk(std::ptrdiff_t by) {
  static std::uint8_t* end = __heap_start;
  if (by > __heap_end - end) {
    errno = ENOMEM;
    return reinterpret_cast<void*>(-1);
  }
  std::uint8_t* const begin = end;
  end += by;
  return begin;
}

}  // extern "C"

namespace {

[[gnu::constructor]] void start() { initialise_monitor_handles(); }

}  // namespace
