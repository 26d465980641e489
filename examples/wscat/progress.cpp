#include "wscat/progress.hpp"

#include <unistd.h>

#include <cstdio>

namespace wscat {

namespace {
constexpr std::uint64_t kWorthShowing = 1 << 20;
}

Progress::Progress() : terminal_(isatty(STDERR_FILENO) != 0) {}

void Progress::show(std::uint64_t done, std::uint64_t total) {
  if (!terminal_ || total < kWorthShowing) return;
  const auto percent = static_cast<unsigned>(done / (total / 100));
  if (percent == shown_) return;
  shown_ = percent;
  std::fprintf(stderr, "\rsent %3u %% of %.1f MiB", percent < 100 ? percent : 100,
               static_cast<double>(total) / (1 << 20));
  if (done == total) finish();
}

void Progress::finish() {
  if (shown_ != 101) std::fputc('\n', stderr);
  shown_ = 101;
}

}  // namespace wscat
