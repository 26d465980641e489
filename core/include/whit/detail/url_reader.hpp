// The parser of URLs, for the compiler and for the device.
#pragma once

#include "whit/detail/grammar.hpp"
#include "whit/url.hpp"

namespace whit::detail {

constexpr std::size_t distance(const char* from, const char* to) { return static_cast<std::size_t>(to - from); }

// The value of a digit of any base up to 36, and more for all that is neither a digit nor a letter.
[[gnu::noinline]] constexpr unsigned digit_value(char c) {
  const unsigned digit = static_cast<unsigned>(c - '0');
  if (digit < 10) return digit;
  const unsigned letter = static_cast<unsigned>((c | 0x20) - 'a');
  return letter < 26 ? letter + 10 : 36;
}

inline constexpr unsigned kDigitX = 33;  // the value of 'x'
inline constexpr unsigned kTooLarge = 0x40000000, kNoNumber = 0x80000000;

// The value of a decimal number. One in hex is taken for one that is too large.
[[gnu::noinline]] constexpr unsigned number(const char* at, const char* end) {
  unsigned value = 0;
  for (const char* const begin = at; at != end; ++at) {
    const unsigned digit = digit_value(*at);
    if (digit >= 10) return at == begin + 1 && value == 0 && digit == kDigitX ? kTooLarge : kNoNumber;
    if (value <= 0xFFFF) value = value * 10 + digit;
  }
  return value;
}

// RFC 3986 2: no byte is ever rewritten, so what may not stand in a URL is refused.
constexpr UrlError check_characters(const char* at, const char* end) {
  for (;; at += 3) {
    at = find_unclean(at, end, Set::not_in_urls);
    if (at == end) return UrlError::none;
    if (*at == '#') return UrlError::fragment;
    if (*at != '%') return UrlError::bad_character;
    if (end - at < 3 || digit_value(at[1]) >= 16 || digit_value(at[2]) >= 16) return UrlError::bad_percent;
  }
}

// Labels with dots between. What some resolvers take for an address, because its last label is a number, must be four
// decimal octets without leading zeros: other spellings (octal, hex, fewer parts) could be read in different ways.
constexpr UrlError check_name(const char* at, const char* end) {
  for (unsigned octets = 0;; ++at) {
    const char* const label = at;
    for (; at != end && *at != '.'; ++at) {
      if (digit_value(*at) >= 36 && *at != '-' && *at != '_') return UrlError::bad_host;
    }
    const std::size_t size = distance(label, at);
    if (size > kMaxLabelLength) return UrlError::too_long;
    if (size == 0) return UrlError::bad_host;
    const unsigned value = number(label, at);
    ++octets;
    if (value > 255 || (size != 1 && *label == '0')) octets = 5;  // too many, from here on
    // The root, behind the last dot, is empty.
    if (end - at > 1) continue;
    return value <= kTooLarge && (octets != 4 || at != end) ? UrlError::bad_host : UrlError::none;
  }
}

// Four decimal octets without leading zeros.
constexpr bool is_ipv4(const char* at, const char* end) {
  for (unsigned octets = 1;; ++octets, ++at) {
    const char* const octet = at;
    while (at != end && *at != '.') ++at;
    const std::size_t size = distance(octet, at);
    if (size == 0 || (size != 1 && *octet == '0') || number(octet, at) > 255) return false;
    if (at == end) return octets == 4;
  }
}

// RFC 4291 2.2: eight groups of up to four hex digits, of which "::" once stands for one or more; the last two perhaps
// as an IPv4 address.
constexpr bool is_ipv6(const char* at, const char* end) {
  unsigned groups = 0;
  bool gap = false;
  // Only "::" may stand at the start.
  if (*at == ':' && *++at != ':') return false;
  for (;; ++at) {
    if (*at == ':') {
      if (gap) return false;
      gap = true;
      if (++at == end) break;
    }
    const char* const group = at;
    while (at != end && digit_value(*at) < 16) ++at;
    if (at != end && *at == '.') {
      if (!is_ipv4(group, end)) return false;
      groups += 2;
      break;
    }
    if (at == group || at - group > 4) return false;
    ++groups;
    if (at == end) break;
    if (*at != ':' || end - at < 2) return false;
  }
  return gap ? groups < 8 : groups == 8;
}

inline constexpr char kSchemes[] = "ws,wss,http,https";

constexpr UrlError read_url(const char* at, const char* end, Url& url) {
  url.text = {at, distance(at, end)};
  if (distance(at, end) > kMaxUrlLength) return UrlError::too_long;
  UrlError error = check_characters(at, end);
  if (error != UrlError::none) return error;

  const char* const scheme = at;
  at = find_unclean(at, end, Set::colon);
  const int index = find_member(kSchemes, kSchemes + sizeof kSchemes - 1, scheme, distance(scheme, at));
  if (index < 0 || end - at < 3 || at[1] != '/' || at[2] != '/') return UrlError::bad_scheme;
  url.secure = (index & 1) != 0;

  const char* host = at + 3;
  const char* const stop = find_unclean(host, end, Set::after_authority);  // of the authority
  if (stop != end && *stop == '@') return UrlError::userinfo;
  const char* const query = find_unclean(stop, end, Set::question);
  url.path = {stop, distance(stop, query)};
  const char* const behind = query + (query != end);
  url.query = {behind, distance(behind, end)};
  url.shown.target = {stop, distance(stop, behind == end ? query : end)};

  const bool ipv6 = host != stop && *host == '[';
  url.ipv6 = ipv6;
  host += ipv6;
  at = host;
  if (ipv6) {
    while (at != stop && (digit_value(*at) < 16 || *at == ':' || *at == '.')) ++at;
  } else {
    at = find_unclean(at, stop, Set::colon);
  }
  const std::size_t size = distance(host, at);
  url.host = {host, size};
  if (ipv6) {
    if (at == stop || size < 2 || !is_ipv6(host, at) || *at++ != ']') return UrlError::bad_host;
  } else {
    if (size == 0) return UrlError::no_host;
    if (size > kMaxHostLength) return UrlError::too_long;
    error = check_name(host, at);
    if (error != UrlError::none) return error;
  }

  url.shown.host = {host - ipv6, size + 2 * ipv6};
  url.port = url.secure ? 443 : 80;
  if (at == stop) return UrlError::none;
  if (*at++ != ':') return UrlError::bad_host;
  if (at == stop) return UrlError::none;
  const unsigned port = number(at, stop);
  if (port - 1 >= 0xFFFF) return UrlError::bad_port;
  while (*at == '0') ++at;
  if (port != url.port) url.shown.port = {at, distance(at, stop)};
  url.port = static_cast<std::uint16_t>(port);
  return UrlError::none;
}

}  // namespace whit::detail
