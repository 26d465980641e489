// Close codes: which may come, which may be sent, and which one each error puts on the wire (RFC 6455 7.4).
#include "whit/close_code.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "whit/error.hpp"

namespace whit {
namespace {

// CLS-02, CLS-03: the registry's matrix, written out at its borders.
TEST(CloseCodeMatrix, Received) {
  for (const int code :
       {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999}) {
    EXPECT_TRUE(may_be_received(static_cast<std::uint16_t>(code))) << code;
  }
  for (const int code : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 1999, 2000, 2999, 5000, 9999, 65535}) {
    EXPECT_FALSE(may_be_received(static_cast<std::uint16_t>(code))) << code;
  }
}

// CLS-04: an application's codes; a server has a few more, and nobody has the reserved ones.
TEST(CloseCodeMatrix, Sent) {
  const std::set<unsigned> servers = {1001, 1008, 1011, 1012, 1013, 1014};
  for (unsigned code = 0; code <= 0xFFFF; ++code) {
    const bool anybody = code == 1000 || (code >= 3000 && code <= 4999);
    EXPECT_EQ(may_be_sent(static_cast<std::uint16_t>(code), false), anybody) << code;
    EXPECT_EQ(may_be_sent(static_cast<std::uint16_t>(code), true), anybody || servers.count(code) != 0) << code;
  }
}

// CLS-19: the whole table, for each number that an error may have.
TEST(CloseCodeMatrix, OfEveryError) {
  for (unsigned value = 0; value < 256; ++value) {
    const auto error = static_cast<Error>(value);
    unsigned expected = 0;
    if (category(error) == Category::protocol) expected = 1002;
    if (error == Error::bad_utf8 || error == Error::bad_close_reason) expected = 1007;
    if (error == Error::fragment_flood) expected = 1008;
    if (error == Error::message_too_big) expected = 1009;
    EXPECT_EQ(close_code_for(error), expected) << value;
    EXPECT_TRUE(expected == 0 || may_be_received(close_code_for(error)));
  }
  for (const Error error :
       {Error::reserved_bits, Error::reserved_opcode, Error::masked_frame, Error::unmasked_frame,
        Error::length_not_minimal, Error::length_overflow, Error::control_too_long, Error::control_fragmented,
        Error::unexpected_continuation, Error::expected_continuation, Error::bad_close_body, Error::bad_close_code}) {
    EXPECT_EQ(close_code_for(error), 1002) << to_string(error);
  }
}

// Each registered code has a name of its own; the ranges have theirs.
TEST(CloseCodeNames, Registered) {
  std::set<std::string> names;
  for (unsigned code = 1000; code <= 1015; ++code) {
    const std::string name(close_code_name(static_cast<std::uint16_t>(code)));
    EXPECT_TRUE(names.insert(name).second) << code << ' ' << name;
    EXPECT_NE(name, "unassigned") << code;
  }
  for (const int code : {1016, 2000, 2999}) {
    EXPECT_EQ(close_code_name(static_cast<std::uint16_t>(code)), "unassigned") << code;
  }
  for (const int code : {0, 999, 5000, 65535}) {
    EXPECT_EQ(close_code_name(static_cast<std::uint16_t>(code)), "not a close code") << code;
  }
  EXPECT_EQ(close_code_name(4999), "private use");
}

}  // namespace
}  // namespace whit
