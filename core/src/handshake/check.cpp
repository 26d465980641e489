// What a caller supplies is checked before a byte is sent: nothing of it can break or extend the request (RFC 9110 5).
#include "handshake/names.hpp"
#include "whit/detail/client_handshake.hpp"
#include "wire/fields.hpp"

namespace whit::detail {

namespace {

// The fields that the handshake owns, one bit for each; of the other three it owns those that an option gives.
constexpr unsigned kOwned = 1u << kUpgrade | 1u << kConnection | 1u << kHost | 1u << kContentLength |
                            1u << kTransferEncoding | 1u << kExpect | ~0u << kSecWebSocket;

bool is_clean(const std::string_view& text, Set set) {
  const char* const end = text.data() + text.size();
  return find_unclean(text.data(), end, set) == end;
}

// RFC 6455 4.1: tokens, all different. Names that differ in case only would confuse everybody.
bool check_subprotocols(const Span<const std::string_view>& names) {
  for (const std::string_view* name = names.begin(); name != names.end(); ++name) {
    if (!is_token(*name)) return false;
    for (const std::string_view* other = names.begin(); other != name; ++other) {
      if (equal_names(*name, *other)) return false;
    }
  }
  return true;
}

}  // namespace

Status ClientHandshake::check(const ClientOptions& options) {
  if (!check_subprotocols(options.subprotocols)) return Status::bad_subprotocol;
  const bool basic = options.user.size() + options.password.size() != 0;
  unsigned owned = kOwned;
  if (!options.origin.empty()) owned |= 1u << kOrigin;
  if (!options.cookie.empty()) owned |= 1u << kCookie;
  if (basic || !options.bearer.empty()) owned |= 1u << kAuthorization;
  for (const Header& header : options.headers) {
    if (!is_token(header.name) || !is_clean(header.value, Set::none) ||
        (owned >> find_field(header.name.data(), header.name.size()) & 1) != 0) {
      return Status::bad_header;
    }
  }
  // A space stands for all that is not printable ASCII: see find_unclean().
  if (!is_clean(options.cookie, Set::none) || !is_clean(options.host, Set::not_in_hosts)) return Status::bad_header;
  if (!is_clean(options.origin, Set::blank)) return Status::bad_origin;
  // RFC 7617 2: the first ':' ends the user name.
  if (!is_clean(options.bearer, Set::blank) || !is_clean(options.user, Set::colon) || !is_clean(options.password, Set::none) ||
      (basic && !options.bearer.empty())) {
    return Status::bad_credentials;
  }
  return Status::ok;
}

}  // namespace whit::detail
