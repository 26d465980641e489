// What a caller supplies is checked before a byte is sent: nothing of it can break or extend the request (RFC 9110 5).
#include "handshake/names.hpp"
#include "whit/detail/client_handshake.hpp"
#include "wire/fields.hpp"

namespace whit::detail {

namespace {

// The fields that the handshake owns, one bit for each. Of the others it owns those that an option gives.
constexpr unsigned kOwned = 1u << kUpgrade | 1u << kConnection | 1u << kHost | 1u << kContentLength |
                            1u << kTransferEncoding | 1u << kExpect | ~0u << kSecWebSocket;

// The options that are texts, in the order in which they are judged.
struct Text {
  std::string_view ClientOptions::*option;
  Set bad;  // beside controls; a space stands for all that is not printable ASCII
  Status otherwise;
  Field field;  // that it gives
};
constexpr Text kTexts[] = {
    {&ClientOptions::cookie, Set::none, Status::bad_header, kCookie},
    {&ClientOptions::host, Set::not_in_hosts, Status::bad_header, kHost},
    {&ClientOptions::origin, Set::blank, Status::bad_origin, kOrigin},
    {&ClientOptions::bearer, Set::blank, Status::bad_credentials, kAuthorization},
    {&ClientOptions::user, Set::colon, Status::bad_credentials, kAuthorization},  // RFC 7617 2: ':' ends the user name
    {&ClientOptions::password, Set::none, Status::bad_credentials, kAuthorization},
};

// What is behind the first control or character of a set, itself included: 0 if the text is clean.
std::size_t unclean(const std::string_view& text, Set set) {
  const char* const end = text.data() + text.size();
  return static_cast<std::size_t>(end - find_unclean(text.data(), end, set));
}

bool bad_token(const std::string_view& text) { return text.empty() || unclean(text, Set::not_in_tokens) != 0; }

// RFC 6455 4.1: tokens, all different. Names that differ in case only would confuse everybody.
bool check_subprotocols(const Span<const std::string_view>& names) {
  for (const std::string_view* name = names.begin(); name != names.end(); ++name) {
    if (bad_token(*name) || find_text(names.begin(), name, *name, kAnyCase) != name) return false;
  }
  return true;
}

}  // namespace

Status ClientHandshake::check(const ClientOptions& options) {
  if (!check_subprotocols(options.subprotocols)) return Status::bad_subprotocol;
  Status status = Status::ok;
  unsigned owned = kOwned;
  for (const Text& text : kTexts) {
    const std::string_view& value = options.*text.option;
    if (!value.empty()) owned |= 1u << text.field;
    if (status == Status::ok && unclean(value, text.bad) != 0) status = text.otherwise;
  }
  for (const Header& header : options.headers) {
    if (bad_token(header.name) || unclean(header.value, Set::none) != 0 ||
        (owned >> find_field(header.name.data(), header.name.size()) & 1) != 0) {
      return Status::bad_header;
    }
  }
  const bool both = !options.bearer.empty() && options.user.size() + options.password.size() != 0;
  return status == Status::ok && both ? Status::bad_credentials : status;
}

}  // namespace whit::detail
