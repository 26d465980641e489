#include "whit/error.hpp"

#include "whit/close_code.hpp"

namespace whit {

std::uint16_t close_code_for(Error error) {
  if (category(error) != Category::protocol) return 0;
  if (error == Error::bad_utf8 || error == Error::bad_close_reason) return close_code::kInvalidPayload;
  if (error == Error::message_too_big) return close_code::kMessageTooBig;
  if (error == Error::fragment_flood) return close_code::kPolicyViolation;
  return close_code::kProtocolError;
}

}  // namespace whit
