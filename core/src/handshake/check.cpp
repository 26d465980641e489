// What a caller supplies is checked before a byte is sent: nothing of it can break or extend the request (RFC 9110 5).
#include "whit/detail/client_handshake.hpp"
#include "wire/fields.hpp"

namespace whit::detail {

namespace {

bool has_control(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7F) return true;
  }
  return false;
}

// RFC 6455 4.1: tokens, all different. Names that differ in case only would confuse everybody (NEG-02).
bool check_subprotocols(Span<const std::string_view> names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!is_token(names[i])) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (equal_names(names[i], names[j])) return false;
    }
  }
  return true;
}

// The fields that the handshake owns, and those that an option was given for.
bool is_reserved(std::string_view name, const ClientOptions& options) {
  static constexpr std::string_view kOwned[] = {
      "host",   "upgrade", "connection", "content-length", "transfer-encoding",
      "expect", "origin",  "cookie",     "authorization"};
  constexpr std::string_view kPrefix = "sec-websocket-";
  if (equal_names(detail::slice(name, 0, kPrefix.size()), kPrefix)) return true;
  const bool used[] = {true,
                       true,
                       true,
                       true,
                       true,
                       true,
                       !options.origin.empty(),
                       !options.cookie.empty(),
                       !options.user.empty() || !options.password.empty() || !options.bearer.empty()};
  for (unsigned i = 0; i < sizeof used; ++i) {
    if (used[i] && equal_names(name, kOwned[i])) return true;
  }
  return false;
}

}  // namespace

Status ClientHandshake::check(const ClientOptions& options) {
  if (!check_subprotocols(options.subprotocols)) return Status::bad_subprotocol;
  for (const Header& header : options.headers) {
    if (!is_token(header.name) || has_control(header.value) || is_reserved(header.name, options)) {
      return Status::bad_header;
    }
  }
  if (has_control(options.cookie) || has_control(options.host)) return Status::bad_header;
  for (const char c : options.host) {
    if (c <= ' ' || c > '~' || c == '/' || c == '@' || c == ',') return Status::bad_header;
  }
  for (const char c : options.origin) {
    if (c <= ' ' || c > '~') return Status::bad_origin;
  }
  for (const char c : options.bearer) {
    if (c <= ' ' || c > '~') return Status::bad_credentials;
  }
  const bool basic = !options.user.empty() || !options.password.empty();
  if (has_control(options.user) || has_control(options.password)) return Status::bad_credentials;
  // RFC 7617 2: the first ':' ends the user name.
  if (options.user.find(':') != std::string_view::npos || (basic && !options.bearer.empty())) {
    return Status::bad_credentials;
  }
  return Status::ok;
}

}  // namespace whit::detail
