// How far a long transfer is, on a terminal.
#pragma once

#include <cstdint>

namespace wscat {

class Progress {
 public:
  Progress();
  ~Progress() { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Shows it when there is something new to see, on standard error if that is a terminal.
  void show(std::uint64_t done, std::uint64_t total);
  /// Leaves the line.
  void finish();

 private:
  bool terminal_;
  unsigned shown_ = 101;  // percent; 101: nothing yet
};

}  // namespace wscat
