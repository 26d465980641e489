// Close codes: RFC 6455 7.4 and the IANA "WebSocket Close Code Number Registry".
#pragma once

#include <cstdint>
#include <string_view>

namespace whit {

namespace close_code {
inline constexpr std::uint16_t kNormalClosure = 1000;
inline constexpr std::uint16_t kGoingAway = 1001;
inline constexpr std::uint16_t kProtocolError = 1002;
inline constexpr std::uint16_t kUnsupportedData = 1003;
inline constexpr std::uint16_t kNoStatusReceived = 1005;  ///< Reported, never sent.
inline constexpr std::uint16_t kAbnormalClosure = 1006;   ///< Reported, never sent.
inline constexpr std::uint16_t kInvalidPayload = 1007;
inline constexpr std::uint16_t kPolicyViolation = 1008;
inline constexpr std::uint16_t kMessageTooBig = 1009;
inline constexpr std::uint16_t kMandatoryExtension = 1010;
inline constexpr std::uint16_t kInternalError = 1011;
inline constexpr std::uint16_t kServiceRestart = 1012;
inline constexpr std::uint16_t kTryAgainLater = 1013;
inline constexpr std::uint16_t kBadGateway = 1014;
inline constexpr std::uint16_t kTlsHandshake = 1015;  ///< Never sent, and whit reports 1006 instead.
inline constexpr std::uint16_t kUnauthorized = 3000;
inline constexpr std::uint16_t kForbidden = 3003;
inline constexpr std::uint16_t kTimeout = 3008;
}  // namespace close_code

/// May this code stand in a Close frame: 1000-1003, 1007-1014, 3000-4999.
[[nodiscard]] constexpr bool may_be_received(std::uint16_t code) {
  return (code >= 1000 && code <= 1014 && !(code >= 1004 && code <= 1006)) || (code >= 3000 && code <= 4999);
}

/// May an application pass it to close(): 1000 and 3000-4999 (W3C); a server also 1001, 1008 and 1011-1014.
[[nodiscard]] constexpr bool may_be_sent(std::uint16_t code, bool server) {
  if (code == 1000 || (code >= 3000 && code <= 4999)) return true;
  return server && (code == 1001 || code == 1008 || (code >= 1011 && code <= 1014));
}

/// The registered name ("Going Away"), or the name of the range ("private use", "unassigned"). Not linked unless used.
[[nodiscard]] std::string_view close_code_name(std::uint16_t code);

}  // namespace whit
