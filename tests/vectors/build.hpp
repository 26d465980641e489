// Shorthands for writing vectors down.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "support/vectors.hpp"

namespace whit::test {

/// Bytes from their hexadecimal form; spaces are ignored.
inline std::string hex(std::string_view digits) {
  std::string out;
  unsigned value = 0;
  bool half = false;
  for (const char c : digits) {
    if (c == ' ') continue;
    const auto digit = static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    value = value << 4 | digit;
    if (half) out += static_cast<char>(value);
    half = !half;
    if (!half) value = 0;
  }
  return out;
}

inline std::string got(MessageType type, const std::string& data) { return summary(type, data) + "\n"; }
inline std::string got_text(const std::string& data) { return got(MessageType::text, data); }
inline std::string got_binary(const std::string& data) { return got(MessageType::binary, data); }

/// The end of a link that broke a rule.
inline std::string failed(std::string_view error) { return "error " + std::string(error) + "\nclose 1006 unclean\n"; }

inline Vector passes(std::string name, std::string in, std::string trace, std::string sent = "") {
  return {std::move(name), std::move(in), std::move(trace), std::move(sent), false, false};
}
inline Vector ends(std::string name, std::string in, std::string trace, std::string sent) {
  return {std::move(name), std::move(in), std::move(trace), std::move(sent), true, false};
}
/// A violation: `good` comes before it and is handled.
inline Vector breaks(std::string name, std::string in, std::string_view error, unsigned code = 1002,
                     std::string good = "") {
  return ends(std::move(name), std::move(in), good + failed(error), "close " + std::to_string(code));
}

}  // namespace whit::test
