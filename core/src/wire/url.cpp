#include "whit/url.hpp"

#include "wire/fields.hpp"

namespace whit {

namespace {

using detail::lower;

constexpr std::size_t kMaxIpv6 = 45;  // eight groups, the last two perhaps as four decimal octets

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }

// RFC 3986 2: no byte is ever rewritten, so what may not stand in a URL is refused.
UrlError check_characters(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '#') return UrlError::fragment;
    if (c <= ' ' || c > '~' || std::string_view("\"<>\\^`{|}").find(c) != std::string_view::npos) {
      return UrlError::bad_character;
    }
    if (c == '%' && !(i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2]))) return UrlError::bad_percent;
  }
  return UrlError::none;
}

bool take_scheme(std::string_view& text, bool& secure) {
  static constexpr std::string_view kSchemes[] = {"ws://", "wss://", "http://", "https://"};
  for (unsigned i = 0; i < 4; ++i) {
    if (!detail::equal_names(detail::slice(text, 0, kSchemes[i].size()), kSchemes[i])) continue;
    text.remove_prefix(kSchemes[i].size());
    secure = (i & 1) != 0;
    return true;
  }
  return false;
}

// Four decimal octets without leading zeros. Other spellings of an address (octal, hex, fewer parts) are refused, so
// that no resolver can read them differently.
bool is_ipv4(std::string_view host) {
  unsigned octets = 0;
  while (!host.empty()) {
    unsigned value = 0;
    std::size_t n = 0;
    for (; n < host.size() && is_digit(host[n]) && n < 3; ++n)
      value = value * 10 + static_cast<unsigned>(host[n] - '0');
    if (n == 0 || value > 255 || (n > 1 && host[0] == '0')) return false;
    if (++octets == 4) return n == host.size();
    if (n == host.size() || host[n] != '.') return false;
    host.remove_prefix(n + 1);
  }
  return false;
}

UrlError check_name(std::string_view host) {
  std::size_t label = 0;  // where the current label begins
  for (std::size_t i = 0; i <= host.size(); ++i) {
    if (i < host.size() && host[i] != '.') {
      if (!is_digit(host[i]) && !(lower(host[i]) >= 'a' && lower(host[i]) <= 'z') && host[i] != '-' && host[i] != '_') {
        return UrlError::bad_host;
      }
      continue;
    }
    if (i - label > kMaxLabelLength) return UrlError::too_long;
    // Only the root, behind the last dot, may be empty.
    if (i == label && (i < host.size() || i == 0)) return UrlError::bad_host;
    const bool last = i + 1 >= host.size();
    if (last && i != label && is_digit(host[label])) {
      // A name whose last label is a number is an address to some resolvers. One that only begins with a digit is not.
      std::size_t n = label;
      while (n < i && is_digit(host[n])) ++n;
      const bool hex = i - label > 1 && host[label] == '0' && lower(host[label + 1]) == 'x';
      if ((n == i || hex) && !is_ipv4(host)) return UrlError::bad_host;
      return UrlError::none;
    }
    label = i + 1;
  }
  return UrlError::none;
}

UrlError take_host(std::string_view& authority, Url& url) {
  std::size_t end = 0;
  url.ipv6 = !authority.empty() && authority[0] == '[';
  if (url.ipv6) {
    authority.remove_prefix(1);
    while (end < authority.size() && (is_hex(authority[end]) || authority[end] == ':' || authority[end] == '.')) ++end;
    if (end < 2 || end > kMaxIpv6 || end == authority.size() || authority[end] != ']') return UrlError::bad_host;
    url.host = detail::slice(authority, 0, end);
    authority.remove_prefix(end + 1);
    return UrlError::none;
  }
  while (end < authority.size() && authority[end] != ':') ++end;
  url.host = detail::slice(authority, 0, end);
  authority.remove_prefix(end);
  if (end == 0) return UrlError::no_host;
  return end > kMaxHostLength ? UrlError::too_long : check_name(url.host);
}

// What is left of the authority: nothing, or ':' and perhaps a number.
UrlError take_port(std::string_view rest, Url& url) {
  url.port = url.secure ? 443 : 80;
  if (rest.empty()) return UrlError::none;
  if (rest[0] != ':') return UrlError::bad_host;
  if (rest.size() == 1) return UrlError::none;
  std::uint32_t port = 0;
  for (const char c : detail::slice(rest, 1)) {
    if (!is_digit(c)) return UrlError::bad_port;
    port = port * 10 + static_cast<std::uint32_t>(c - '0');
    if (port > 0xFFFF) return UrlError::bad_port;
  }
  url.port = static_cast<std::uint16_t>(port);
  return port != 0 ? UrlError::none : UrlError::bad_port;
}

}  // namespace

UrlError parse_url(std::string_view text, Url& url) {
  if (text.size() > kMaxUrlLength) return UrlError::too_long;
  UrlError error = check_characters(text);
  if (error != UrlError::none) return error;
  if (!take_scheme(text, url.secure)) return UrlError::bad_scheme;
  std::size_t end = 0;
  while (end < text.size() && text[end] != '/' && text[end] != '?') {
    if (text[end++] == '@') return UrlError::userinfo;
  }
  std::string_view authority = detail::slice(text, 0, end);
  error = take_host(authority, url);
  if (error == UrlError::none) error = take_port(authority, url);
  text.remove_prefix(end);
  end = 0;
  while (end < text.size() && text[end] != '?') ++end;
  url.path = detail::slice(text, 0, end);
  url.query = end < text.size() ? detail::slice(text, end + 1) : std::string_view();
  return error;
}

}  // namespace whit
