// Numbers that repeat, so that a recorded session can be played again.
#pragma once

#include <cstdint>

#include "whit/entropy.hpp"

namespace fuzz {

struct FixedEntropy {
  std::uint32_t state = 1;
  whit::Entropy source() {
    return {[](void* self, whit::MutBytes out) {
              auto& it = *static_cast<FixedEntropy*>(self);
              for (std::uint8_t& byte : out) {
                it.state = it.state * 1664525u + 1013904223u;
                byte = static_cast<std::uint8_t>(it.state >> 24);
              }
              return true;
            },
            this};
  }
};

}  // namespace fuzz
