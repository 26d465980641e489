// Writes the client's request (RFC 6455 4.1) in pieces, into whatever room there is: no piece is ever copied before.
#include <cstring>

#include "whit/detail/client_handshake.hpp"
#include "whit/detail/base64.hpp"

namespace whit::detail {

enum class ClientHandshake::Step : std::uint8_t {
  get,
  root,
  path,
  http,
  host,
  port,
  fixed,
  key,
  origin_name,
  origin,
  protocol_name,
  protocol,
  basic_name,
  basic,
  bearer_name,
  bearer,
  cookie_name,
  cookie,
  header_start,
  header_name,
  header_colon,
  header_value,
  end,
  written
};

namespace {

std::string_view only_if(bool condition, std::string_view text) { return condition ? text : std::string_view(); }

// Basic credentials, three bytes of "user:password" and four digits at a time (RFC 7617).
std::string_view basic_digits(const ClientOptions& options, std::size_t group, char* scratch) {
  std::uint8_t bytes[3];
  std::size_t n = 0;
  for (std::size_t i = group * 3; n < sizeof bytes && i < options.user.size() + 1 + options.password.size(); ++i) {
    const std::size_t behind = options.user.size() + 1;
    const char c = i < options.user.size() ? options.user[i] : i < behind ? ':' : options.password[i - behind];
    bytes[n++] = static_cast<std::uint8_t>(c);
  }
  base64_encode({bytes, n}, scratch);
  return {scratch, base64_size(n)};
}

std::string_view port_text(std::uint16_t port, char* scratch) {
  char* to = scratch + 6;
  for (unsigned left = port; left != 0; left /= 10) *--to = static_cast<char>('0' + left % 10);
  *--to = ':';
  return {to, static_cast<std::size_t>(scratch + 6 - to)};
}

}  // namespace

// The text of the current step; empty if there is nothing to send for it.
std::string_view ClientHandshake::piece(char* scratch) const {
  const ClientOptions& o = options_;
  const bool protocols = index_ < o.subprotocols.size();
  const bool headers = index_ < o.headers.size();
  const bool basic = !o.user.empty() || !o.password.empty();
  switch (step_) {
    case Step::get: return "GET ";
    case Step::root: return only_if(url_.path.empty(), "/");
    // Path and query lie side by side in the URL. An empty query is left out with its '?'.
    case Step::path: return {url_.path.data(), url_.path.size() + (url_.query.empty() ? 0 : 1 + url_.query.size())};
    case Step::http: return " HTTP/1.1\r\nHost: ";
    case Step::host:
      if (!o.host.empty()) return o.host;
      // An IPv6 literal stands between its brackets in the URL.
      return url_.ipv6 ? std::string_view(url_.host.data() - 1, url_.host.size() + 2) : url_.host;
    case Step::port:
      return only_if(o.host.empty() && url_.port != (url_.secure ? 443 : 80), port_text(url_.port, scratch));
    case Step::fixed:
      return "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ";
    case Step::key: base64_encode({key_, kKeySize}, scratch); return {scratch, kKeyText};
    case Step::origin_name: return only_if(!o.origin.empty(), "\r\nOrigin: ");
    case Step::origin: return o.origin;
    case Step::protocol_name: return only_if(protocols, index_ == 0 ? "\r\nSec-WebSocket-Protocol: " : ", ");
    case Step::protocol: return protocols ? o.subprotocols[index_] : std::string_view();
    case Step::basic_name: return only_if(basic, "\r\nAuthorization: Basic ");
    case Step::basic: return only_if(basic, basic_digits(o, index_, scratch));
    case Step::bearer_name: return only_if(!o.bearer.empty(), "\r\nAuthorization: Bearer ");
    case Step::bearer: return o.bearer;
    case Step::cookie_name: return only_if(!o.cookie.empty(), "\r\nCookie: ");
    case Step::cookie: return o.cookie;
    case Step::header_start: return only_if(headers, "\r\n");
    case Step::header_name: return headers ? o.headers[index_].name : std::string_view();
    case Step::header_colon: return only_if(headers, ": ");
    case Step::header_value: return headers ? o.headers[index_].value : std::string_view();
    case Step::end: return "\r\n\r\n";
    default: return {};
  }
}

// A list goes back to its start for the next entry, the digits of the credentials to themselves.
void ClientHandshake::next_step(bool empty) {
  Step back = step_;
  bool again = step_ == Step::basic && !empty;
  if (step_ == Step::protocol) {
    back = Step::protocol_name;
    again = index_ + 1u < options_.subprotocols.size();
  } else if (step_ == Step::header_value) {
    back = Step::header_start;
    again = index_ + 1u < options_.headers.size();
  }
  if (again) {
    ++index_;
    step_ = back;
    return;
  }
  // Leaving a list; the last one keeps its index until the next link.
  if (step_ == Step::protocol || step_ == Step::basic) index_ = 0;
  step_ = static_cast<Step>(static_cast<std::uint8_t>(step_) + 1);
  written_ = step_ == Step::written;
}

std::size_t ClientHandshake::write(MutBytes out) {
  char scratch[kKeyText];
  std::size_t n = 0;
  while (!written_ && n < out.size()) {
    const std::string_view text = piece(scratch);
    std::size_t size = text.size() - offset_;
    if (size > out.size() - n) size = out.size() - n;
    if (size != 0) std::memcpy(out.data() + n, text.data() + offset_, size);
    n += size;
    offset_ += size;
    if (offset_ != text.size()) break;
    offset_ = 0;
    next_step(text.empty());
  }
  return n;
}

}  // namespace whit::detail
