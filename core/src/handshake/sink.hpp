// Where a request is written to, in pieces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace whit::detail {

/// Takes the whole request, and keeps what falls into the room.
struct Sink {
  std::uint8_t* out;
  std::size_t room;
  std::size_t at;  // of the next byte in the room; it wraps to 0 behind what was written before

  // A text that ends with a NUL, and another.
  void put(const char* name, const char* value, std::size_t size);
  // Both, or neither if there is no value.
  void option(const char* name, std::string_view value) {
    if (!value.empty()) put(name, value.data(), value.size());
  }
};

}  // namespace whit::detail
