// Entropy whose bytes the tests know beforehand, and which can fail.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "whit/entropy.hpp"

namespace whit::test {

/// splitmix64: good enough to look random, always the same.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  /// A number in [0, bound).
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }

 private:
  std::uint64_t state_;
};

class TestEntropy {
 public:
  explicit TestEntropy(std::uint64_t seed = 1) : random_(seed) {}
  TestEntropy(const TestEntropy&) = delete;
  TestEntropy& operator=(const TestEntropy&) = delete;

  /// The nth call (from 1) and all behind it fail; 0: none.
  std::size_t fail_from = 0;
  [[nodiscard]] std::size_t calls() const { return calls_; }
  [[nodiscard]] const std::vector<std::uint8_t>& given() const { return given_; }
  [[nodiscard]] Entropy entropy() { return {&TestEntropy::fill, this}; }

 private:
  static bool fill(void* context, MutBytes out) {
    auto& self = *static_cast<TestEntropy*>(context);
    ++self.calls_;
    if (self.fail_from != 0 && self.calls_ >= self.fail_from) return false;
    for (std::uint8_t& byte : out) {
      byte = static_cast<std::uint8_t>(self.random_.next() >> 32);
      if (self.given_.size() < 4096) self.given_.push_back(byte);
    }
    return true;
  }

  Random random_;
  std::size_t calls_ = 0;
  std::vector<std::uint8_t> given_;
};

}  // namespace whit::test
