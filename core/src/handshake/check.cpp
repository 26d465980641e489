// What a caller supplies is checked before a byte is sent: nothing of it can break or extend the request (RFC 9110 5).
#include "whit/detail/client_handshake.hpp"
#include "wire/fields.hpp"

namespace whit::detail {

namespace {

// The fields that the handshake owns, beside all Sec-WebSocket ones.
constexpr std::string_view kOwned = "host,upgrade,connection,content-length,transfer-encoding,expect";
constexpr std::string_view kOwnedPrefix = "sec-websocket-";

// Free of control characters but HTAB; if `visible`, only the printable ASCII characters.
bool is_clean(std::string_view text, bool visible) {
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte == 0x7F || (visible ? byte <= ' ' || byte > 0x7F : byte < ' ' && byte != '\t')) return false;
  }
  return true;
}

// RFC 6455 4.1: tokens, all different. Names that differ in case only would confuse everybody.
bool check_subprotocols(Span<const std::string_view> names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!is_token(names[i])) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (equal_names(names[i], names[j])) return false;
    }
  }
  return true;
}

}  // namespace

Status ClientHandshake::check(const ClientOptions& options) {
  const bool basic = !options.user.empty() || !options.password.empty();
  if (!check_subprotocols(options.subprotocols)) return Status::bad_subprotocol;
  for (const Header& header : options.headers) {
    const std::string_view name = header.name;
    // What an option was given for may not be given twice.
    const bool twice = (!options.origin.empty() && equal_names(name, "origin")) ||
                       (!options.cookie.empty() && equal_names(name, "cookie")) ||
                       ((basic || !options.bearer.empty()) && equal_names(name, "authorization"));
    if (twice || !is_token(name) || !is_clean(header.value, false) || list_has(kOwned, name) ||
        equal_names(slice(name, 0, kOwnedPrefix.size()), kOwnedPrefix)) {
      return Status::bad_header;
    }
  }
  if (!is_clean(options.cookie, false) || !is_clean(options.host, true)) return Status::bad_header;
  for (const char c : options.host) {
    if (c == '/' || c == '@' || c == ',') return Status::bad_header;
  }
  if (!is_clean(options.origin, true)) return Status::bad_origin;
  // RFC 7617 2: the first ':' ends the user name.
  if (!is_clean(options.bearer, true) || !is_clean(options.user, false) || !is_clean(options.password, false) ||
      options.user.find(':') != std::string_view::npos || (basic && !options.bearer.empty())) {
    return Status::bad_credentials;
  }
  return Status::ok;
}

}  // namespace whit::detail
