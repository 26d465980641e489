// What ClientOptions add to the request. All of it is checked before a byte is sent: nothing of it can break or extend
// the request (RFC 9110 5).
#include "handshake/names.hpp"
#include "handshake/sink.hpp"
#include "whit/detail/base64.hpp"
#include "whit/options.hpp"
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

Status check_fields(const ClientOptions& options) {
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
  if (!is_clean(options.bearer, Set::blank) || !is_clean(options.user, Set::colon) ||
      !is_clean(options.password, Set::none) || (basic && !options.bearer.empty())) {
    return Status::bad_credentials;
  }
  return Status::ok;
}

// The credentials (RFC 7617) are base64 of "user:password", three bytes and four digits at a time.
void put_basic(Sink& sink, const ClientOptions& o) {
  const std::size_t colon = o.user.size(), last = colon + o.password.size();
  if (last == 0) return;
  const char* name = "\r\nAuthorization: Basic ";
  const char* from = o.user.data();
  std::uint8_t group[3];
  std::uint8_t* to = group;
  for (std::size_t i = 0; i <= last; ++i) {
    char c = ':';
    if (i == colon) {
      from = o.password.data();
    } else {
      c = *from++;
    }
    *to++ = static_cast<std::uint8_t>(c);
    if (to != group + sizeof group && i != last) continue;
    char digits[4];
    base64_encode(group, static_cast<std::size_t>(to - group), digits);
    sink.put(name, digits, sizeof digits);
    name = "";
    to = group;
  }
}

void put_fields(const ClientOptions& o, Sink& sink) {
  sink.option("\r\nOrigin: ", o.origin);
  put_basic(sink, o);
  sink.option("\r\nAuthorization: Bearer ", o.bearer);
  sink.option("\r\nCookie: ", o.cookie);
  for (const Header& header : o.headers) {
    sink.put("\r\n", header.name.data(), header.name.size());
    sink.put(": ", header.value.data(), header.value.size());
  }
}

}  // namespace

const RequestFields kClientFields = {check_fields, [](const ClientOptions& options) { return options.host; },
                                     put_fields};

}  // namespace whit::detail
