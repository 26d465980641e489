// How far long transfers are, on a terminal.
#pragma once

#include <cstdint>
#include <string>

namespace wscat {

/// One line on standard error, if that is a terminal. A message may be under way in each direction.
class Progress {
 public:
  enum Way : unsigned { sent, received };
  static constexpr std::uint64_t kUnknown = ~std::uint64_t{0};

  Progress();
  ~Progress() { leave_line(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Shows it when there is something new to see. `total` may be kUnknown.
  void show(Way way, std::uint64_t done, std::uint64_t total);
  /// The message is over.
  void end(Way way);
  /// To be called before anything else is written to the terminal.
  void leave_line();

 private:
  bool terminal_;
  bool on_line_ = false;
  std::string shown_[2];
};

}  // namespace wscat
