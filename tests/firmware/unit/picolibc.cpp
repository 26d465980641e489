// What the tests need of picolibc that a board's other images do without.
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <cwchar>

extern "C" {

void _set_tls(void* memory);

// libstdc++'s wide streams are linked with these, which picolibc has not, and nobody uses them.
std::wint_t getwc(std::FILE*) { return WEOF; }
std::wint_t putwc(wchar_t, std::FILE*) { return WEOF; }
std::wint_t ungetwc(std::wint_t, std::FILE*) { return WEOF; }
std::size_t wcsftime(wchar_t*, std::size_t, const wchar_t*, const std::tm*) { return 0; }

}  // extern "C"

namespace {

// Memory for thread-local variables like errno, before any other constructor. picolibc.ld sees to it that it is enough.
[[gnu::constructor(101)]] void start() {
  alignas(16) static std::uint8_t memory[256];
  _set_tls(memory);
}

}  // namespace
