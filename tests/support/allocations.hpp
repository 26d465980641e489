// Counts what the whole process takes from the heap, by whatever name.
#pragma once

#include <cstddef>

namespace whit::test {

/// Counts from its construction to end(). One at a time.
class Allocations {
 public:
  Allocations();
  Allocations(const Allocations&) = delete;
  Allocations& operator=(const Allocations&) = delete;
  ~Allocations() { static_cast<void>(end()); }

  /// Stops counting and tells how many allocations there were.
  std::size_t end();
};

}  // namespace whit::test
