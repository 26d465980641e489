#include "whit/policy.hpp"

#include "whit/close_code.hpp"

namespace whit {
namespace {

using Action = Verdict::Action;

constexpr std::uint32_t kSecond = 1000;
constexpr std::uint32_t kMinute = 60 * kSecond;

constexpr Verdict after(std::uint32_t ms) { return {Action::retry, false, ms, 0}; }
constexpr Verdict kCredentials{Action::ask_credentials, false, 0, 0};
constexpr Verdict kStop{Action::stop, false, 0, 0};

// RFC 9110 15: the answers to our request.
Verdict for_status(std::uint16_t status) {
  if (status == 401 || status == 403 || status == 407) return kCredentials;
  if (status == 429 || status == 503) return after(30 * kSecond);
  return status < 500 ? after(5 * kMinute) : after(0);
}

// RFC 6455 7.4.1 and the IANA registry.
Verdict for_close(std::uint16_t code) {
  switch (code) {
    case close_code::kPolicyViolation: return after(5 * kMinute);
    case close_code::kServiceRestart: return {Action::retry, false, 5 * kSecond, 25 * kSecond};
    case close_code::kTryAgainLater: return {Action::retry, true, kMinute, 0};
    case close_code::kUnauthorized:
    case close_code::kForbidden: return kCredentials;
    case close_code::kProtocolError:
    case close_code::kUnsupportedData:
    case close_code::kInvalidPayload:
    case close_code::kMessageTooBig:
    case close_code::kMandatoryExtension: return after(kMinute);
    default: return after(0);
  }
}

bool is_about_trust(Error error) { return error >= Error::tls_untrusted && error <= Error::tls_bad_signature; }

}  // namespace

Verdict default_policy(const Cause& cause) {
  switch (cause.error) {
    case Error::none: return for_close(cause.close_code);
    case Error::bad_status: return for_status(cause.http_status);
    case Error::tls_no_anchor: return kStop;
    case Error::tls_clock_unknown: return after(10 * kSecond);
    case Error::proxy_auth_required:
    case Error::bad_subprotocol:
    case Error::missing_subprotocol: return after(5 * kMinute);
    case Error::entropy_failed: return after(kMinute);
    default: return after(is_about_trust(cause.error) ? 5 * kMinute : 0);
  }
}

}  // namespace whit
