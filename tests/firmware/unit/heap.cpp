// The heap of the tests, for newlib: memory beside the board's own, between two symbols that the linker is told.
#include <cerrno>
#include <cstddef>
#include <cstdint>

extern "C" {

extern std::uint8_t __heap_start[], __heap_end[];

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
