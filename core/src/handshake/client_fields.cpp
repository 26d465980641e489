// What ClientOptions add to the request. All of it is checked before a byte is sent: nothing of it can break or extend
// the request (RFC 9110 5).
#include "handshake/names.hpp"
#include "handshake/sink.hpp"
#include "handshake/subprotocols.hpp"
#include "whit/detail/base64.hpp"
#include "whit/options.hpp"
#include "wire/fields.hpp"

namespace whit::detail {

namespace {

// What a caller may not add, beside Upgrade, Connection and Sec-WebSocket-*. The last three only if an option gives
// them.
constexpr char kOwned[] = "host,content-length,transfer-encoding,expect,origin,cookie,authorization";
enum Owned : unsigned { kAlways = 4, kOrigin = kAlways, kCookie, kAuthorization };

bool is_owned(const std::string_view& name, unsigned given) {
  const unsigned field = find_field(name.data(), name.size());
  if (field == kUpgrade || field == kConnection || field >= kSecWebSocket) return true;
  const int index = find_member(kOwned, kOwned + sizeof kOwned - 1, name.data(), name.size());
  return index >= 0 && (given >> index & 1) != 0;
}

bool is_clean(const std::string_view& text, Set set) {
  const char* const end = text.data() + text.size();
  return find_unclean(text.data(), end, set) == end;
}

const ClientOptions& client_options(const ConnectOptions& options) {
  return static_cast<const ClientOptions&>(options);
}

Status check_fields(const ConnectOptions& connect_options) {
  const Status status = check_subprotocols(connect_options);
  if (status != Status::ok) return status;
  const ClientOptions& options = client_options(connect_options);
  const bool basic = options.user.size() + options.password.size() != 0;
  unsigned given = (1u << kAlways) - 1;
  if (!options.origin.empty()) given |= 1u << kOrigin;
  if (!options.cookie.empty()) given |= 1u << kCookie;
  if (basic || !options.bearer.empty()) given |= 1u << kAuthorization;
  for (const Header& header : options.headers) {
    if (!is_token(header.name) || !is_clean(header.value, Set::none) || is_owned(header.name, given)) {
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

void put_fields(const ConnectOptions& options, Sink& sink) {
  put_subprotocols(options, sink);
  const ClientOptions& o = client_options(options);
  sink.option("\r\nOrigin: ", o.origin);
  put_basic(sink, o);
  sink.option("\r\nAuthorization: Bearer ", o.bearer);
  sink.option("\r\nCookie: ", o.cookie);
  for (const Header& header : o.headers) {
    sink.put("\r\n", header.name.data(), header.name.size());
    sink.put(": ", header.value.data(), header.value.size());
  }
}

void show_host(const ConnectOptions& options, Url::Shown& url) {
  const std::string_view& host = client_options(options).host;
  if (host.empty()) return;
  url.host = host;
  url.port = {};
}

}  // namespace

const RequestFields kClientFields = {check_fields, show_host, put_fields, choose_subprotocol};

}  // namespace whit::detail
