#include "whit/error.hpp"

#include "whit/close_code.hpp"

namespace whit {

std::uint16_t close_code_for(Error error) {
  // The last four protocol errors have codes of their own, less 1000 here.
  constexpr std::uint32_t kOwn = 7 | 7 << 8 | 9 << 16 | 8 << 24;
  static_assert(close_code::kInvalidPayload == 1007 && close_code::kMessageTooBig == 1009 &&
                close_code::kPolicyViolation == 1008);
  constexpr unsigned kFirst = static_cast<unsigned>(Error::bad_close_reason);
  static_assert(static_cast<unsigned>(Error::bad_utf8) == kFirst + 1 &&
                static_cast<unsigned>(Error::message_too_big) == kFirst + 2 &&
                static_cast<unsigned>(Error::fragment_flood) == kFirst + 3);
  if (category(error) != Category::protocol) return 0;
  const unsigned index = static_cast<unsigned>(error) - kFirst;
  return index > 3 ? close_code::kProtocolError : static_cast<std::uint16_t>(1000 + (kOwn >> index * 8 & 0xFF));
}

}  // namespace whit
