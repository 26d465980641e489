// The grammar of HTTP fields, byte by byte (RFC 9110 5).
#include "wire/fields.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace whit {
namespace {

// REQ-08, HTP-11
TEST(FieldGrammar, TokenCharacters) {
  const std::string signs = "!#$%&'*+-.^_`|~";
  for (unsigned value = 0; value < 256; ++value) {
    const char c = static_cast<char>(value);
    const bool token = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       (value != 0 && signs.find(c) != std::string::npos);
    EXPECT_EQ(detail::is_token_character(c), token) << value;
    EXPECT_EQ(detail::is_token(std::string(1, c)), token) << value;
    EXPECT_EQ(detail::is_token("a" + std::string(1, c)), token) << value;
  }
}

// HTP-04: ASCII letters match in any case, and nothing else matches but itself.
TEST(FieldGrammar, NamesOfAnyCase) {
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      const bool letters = (a ^ b) == 0x20 && ((a | 0x20) >= 'a' && (a | 0x20) <= 'z');
      const std::string left(1, static_cast<char>(a)), right(1, static_cast<char>(b));
      ASSERT_EQ(detail::equal_names(left, right), a == b || letters) << a << ' ' << b;
    }
  }
  EXPECT_FALSE(detail::equal_names("upgrade", "upgrad"));
  EXPECT_FALSE(detail::equal_names("upgrad", "upgrade"));
  EXPECT_TRUE(detail::equal_names("", ""));
}

// HTP-05: blanks and tabs, and no other white space.
TEST(FieldGrammar, Trim) {
  EXPECT_EQ(detail::trim(""), "");
  EXPECT_EQ(detail::trim(" \t \t"), "");
  EXPECT_EQ(detail::trim("a"), "a");
  EXPECT_EQ(detail::trim("\t a \tb\t "), "a \tb");
  EXPECT_EQ(detail::trim("\va\r"), "\va\r");
}

// HTP-16, NEG-09: the members of a list, the empty ones too.
TEST(FieldGrammar, Members) {
  const auto members = [](std::string_view list) {
    std::vector<std::string> out;
    while (list.data() != nullptr && out.size() < 20) out.emplace_back(detail::next_member(list));
    return out;
  };
  using Members = std::vector<std::string>;
  EXPECT_EQ(members("a"), Members({"a"}));
  EXPECT_EQ(members(" a\t, b c ,d"), Members({"a", "b c", "d"}));
  EXPECT_EQ(members(""), Members({""}));
  EXPECT_EQ(members(","), Members({"", ""}));
  EXPECT_EQ(members(" , a , "), Members({"", "a", ""}));
}

// RSP-03: a whole member, wherever it stands.
TEST(FieldGrammar, ListHas) {
  for (const char* list : {"upgrade", "UPGRADE", "a,upgrade", "upgrade,a", "a , Upgrade\t, b", ",,upgrade,,"}) {
    EXPECT_TRUE(detail::list_has(list, "upgrade")) << list;
  }
  for (const char* list : {"", ",", "upgrade;q=1", "up grade", "upgraded", "xupgrade", "up,grade", "\"upgrade\"",
                           "upgrade x", "a=upgrade"}) {
    EXPECT_FALSE(detail::list_has(list, "upgrade")) << list;
  }
}

TEST(FieldGrammar, SliceIsClamped) {
  EXPECT_EQ(detail::slice("abc", 0), "abc");
  EXPECT_EQ(detail::slice("abc", 1, 1), "b");
  EXPECT_EQ(detail::slice("abc", 2, 9), "c");
  EXPECT_EQ(detail::slice("abc", 3), "");
  EXPECT_EQ(detail::slice("abc", 9, 9), "");
  EXPECT_EQ(detail::slice("abc", 1, std::string_view::npos), "bc");
}

}  // namespace
}  // namespace whit
