// Names and sentences for people; only linked when used.
#include "whit/url.hpp"

namespace whit {

std::string_view to_string(UrlError value) {
  switch (value) {
    case UrlError::none: return "none";
    case UrlError::too_long: return "too_long";
    case UrlError::bad_scheme: return "bad_scheme";
    case UrlError::userinfo: return "userinfo";
    case UrlError::no_host: return "no_host";
    case UrlError::bad_host: return "bad_host";
    case UrlError::bad_port: return "bad_port";
    case UrlError::fragment: return "fragment";
    case UrlError::bad_character: return "bad_character";
    case UrlError::bad_percent: return "bad_percent";
  }
  return "?";
}

std::string_view describe(UrlError value) {
  switch (value) {
    case UrlError::none: return "No error.";
    case UrlError::too_long: return "The URL, its host or a label of it is too long.";
    case UrlError::bad_scheme: return "The URL must begin with ws:// or wss://.";
    case UrlError::userinfo: return "The URL must not contain credentials: give them as options.";
    case UrlError::no_host: return "The URL has no host.";
    case UrlError::bad_host:
      return "The host is not a name, an IPv4 address in four decimal parts, or an IPv6 address in brackets.";
    case UrlError::bad_port: return "The port must be a number from 1 to 65535.";
    case UrlError::fragment: return "A WebSocket URL has no fragment: write %23 for a number sign.";
    case UrlError::bad_character: return "The URL contains a character that must be percent-encoded.";
    case UrlError::bad_percent: return "A percent sign must be followed by two hexadecimal digits.";
  }
  return "?";
}

}  // namespace whit
