// The fuzzer's bytes read as a script: numbers, sizes, and contents that are told apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fuzz {

/// Hands out the input byte by byte; zeros behind its end.
class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}

  [[nodiscard]] bool more() const { return at_ != end_; }
  std::uint8_t byte() { return more() ? *at_++ : std::uint8_t{0}; }
  unsigned below(unsigned bound) { return byte() % bound; }

  /// Exact up to 199, where the borders of frames and rings lie; in steps behind that, to 2071.
  std::size_t size() {
    const unsigned value = byte();
    return value < 200 ? value : 199 + (value - 199) * 33;
  }

  /// The next bytes as they are.
  std::string raw(std::size_t most) {
    std::string out;
    while (out.size() < most && more()) out += static_cast<char>(byte());
    return out;
  }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

/// Valid UTF-8 of exactly `size` bytes with characters of every length; `salt` makes it differ from others.
inline std::string text_of(std::size_t size, unsigned salt) {
  constexpr std::string_view kCharacters[] = {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x99\x82", "\xED\x9F\xBF"};
  std::string out = std::to_string(salt) + ":";
  for (std::size_t i = 0; out.size() < size; ++i) {
    const std::string_view next = i % 3 == 0 ? kCharacters[(i / 3 + salt) % 4] : std::string_view("~");
    out += out.size() + next.size() > size ? std::string_view(".") : next;
  }
  return out.substr(0, size);
}

/// Any bytes.
inline std::string bytes_of(std::size_t size, unsigned salt) {
  std::string out = std::to_string(salt) + ":";
  while (out.size() < size) out += static_cast<char>(out.size() * 7 + salt);
  return out.substr(0, size);
}

}  // namespace fuzz
