// A line of text for the console, put together without printf.
#pragma once

#include <cstdint>
#include <string_view>

#include "board.hpp"

namespace app {

/// Line() << "count " << 7 << "\n"; prints when it goes. What is too long is cut.
class Line {
 public:
  Line() = default;
  ~Line() { whit::board::print({text_, size_}); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  Line& operator<<(std::string_view text) {
    for (const char each : text) {
      if (size_ < sizeof text_) text_[size_++] = each;
    }
    return *this;
  }
  Line& operator<<(std::uint32_t number) {
    char digits[10];
    std::size_t at = sizeof digits;
    do {
      digits[--at] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    return *this << std::string_view(digits + at, sizeof digits - at);
  }

 private:
  char text_[120];
  std::size_t size_ = 0;
};

/// Decimal digits; what is no digit ends the number.
inline std::uint32_t number(std::string_view text) {
  std::uint32_t value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') break;
    value = value * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  return value;
}

inline std::uint32_t argument(std::string_view key, std::uint32_t otherwise) {
  const std::string_view given = whit::board::argument(key);
  return given.empty() ? otherwise : number(given);
}

}  // namespace app
