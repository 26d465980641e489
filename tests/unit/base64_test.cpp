// Base64: every length and every digit (RFC 4648 4).
#include "whit/detail/base64.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace whit {
namespace {

std::string encode(const std::string& bytes) {
  std::string out(detail::base64_size(bytes.size()) + 1, '?');
  detail::base64_encode(as_bytes(bytes), out.data());
  EXPECT_EQ(out.back(), '?') << "wrote behind its end";
  out.pop_back();
  return out;
}

std::string decode(const std::string& text) {
  std::string out;
  unsigned bits = 0, count = 0;
  for (const char c : text) {
    if (c == '=') continue;
    bits = bits << 6 | static_cast<unsigned>(detail::base64_value(c));
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xFF);
    }
  }
  EXPECT_EQ(bits & ((1u << count) - 1), 0u) << "the bits of the padding are zero";
  return out;
}

// REQ-04
TEST(Base64Text, EveryLengthThereAndBack) {
  std::string bytes;
  for (unsigned size = 0; size < 300; ++size) {
    const std::string text = encode(bytes);
    EXPECT_EQ(text.size() % 4, 0u);
    EXPECT_EQ(text.find('='), size % 3 == 0 ? std::string::npos : text.size() - (3 - size % 3));
    EXPECT_EQ(decode(text), bytes);
    bytes += static_cast<char>(size * 37 + size / 7);
  }
}

TEST(Base64Text, EveryDigit) {
  std::set<int> values;
  for (unsigned c = 0; c < 256; ++c) {
    const int value = detail::base64_value(static_cast<char>(c));
    EXPECT_TRUE(value < 0 || values.insert(value).second) << c;
  }
  EXPECT_EQ(values.size(), 64u);
  EXPECT_EQ(*values.rbegin(), 63);
  for (const char c : {'=', '-', '_', '\0', '\n', ' '}) EXPECT_EQ(detail::base64_value(c), -1);
}

}  // namespace
}  // namespace whit
