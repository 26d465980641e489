#include "wscat/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace wscat {

namespace {

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kWorthShowing = kMiB;

std::string text(Progress::Way way, std::uint64_t done, std::uint64_t total) {
  const char* const verb = way == Progress::sent ? "sent" : "received";
  char out[80];
  if (total == Progress::kUnknown) {
    std::snprintf(out, sizeof out, "%s %llu MiB", verb, static_cast<unsigned long long>(done / kMiB));
  } else {
    const std::uint64_t percent = done < total ? std::min<std::uint64_t>(done / (total / 100), 99) : 100;
    std::snprintf(out, sizeof out, "%s %3u %% of %.1f MiB", verb, static_cast<unsigned>(percent),
                  static_cast<double>(total) / static_cast<double>(kMiB));
  }
  return out;
}

}  // namespace

Progress::Progress() : terminal_(isatty(STDERR_FILENO) != 0) {}

void Progress::show(Way way, std::uint64_t done, std::uint64_t total) {
  if (!terminal_ || (total == kUnknown ? done : total) < kWorthShowing) return;
  std::string now = text(way, done, total);
  if (now == shown_[way]) return;
  shown_[way] = std::move(now);
  const bool both = !shown_[sent].empty() && !shown_[received].empty();
  std::fprintf(stderr, "\r%s%s%s", shown_[sent].c_str(), both ? ", " : "", shown_[received].c_str());
  on_line_ = true;
}

void Progress::end(Way way) {
  if (shown_[way].empty()) return;
  leave_line();
  shown_[way].clear();
}

void Progress::leave_line() {
  if (on_line_) std::fputc('\n', stderr);
  on_line_ = false;
}

}  // namespace wscat
