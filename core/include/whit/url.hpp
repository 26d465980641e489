// ws:// and wss:// URLs (RFC 6455 3, RFC 3986), parsed into views without a copy.
#pragma once

#include <cstdint>
#include <string_view>

namespace whit {

inline constexpr std::size_t kMaxHostLength = 253;  ///< RFC 1035 2.3.4
inline constexpr std::size_t kMaxLabelLength = 63;  ///< RFC 1035 2.3.4
inline constexpr std::size_t kMaxUrlLength = 8192;  ///< Above the 8000 octets of RFC 9112 3.

/// What is wrong with a URL.
enum class [[nodiscard]] UrlError : std::uint8_t{
    none,
    too_long,       ///< Over kMaxUrlLength, a host over 253 or a label over 63 characters.
    bad_scheme,     ///< Not ws, wss, http or https followed by "://".
    userinfo,       ///< "user:password@": give credentials in the options instead.
    no_host,        ///< Nothing between "://" and the port or path.
    bad_host,       ///< Not a name, four dotted decimal octets, or an IPv6 literal in brackets.
    bad_port,       ///< Not a decimal number in 1-65535.
    fragment,       ///< '#' has no meaning in a WebSocket URL (RFC 6455 3); write %23.
    bad_character,  ///< Space, control, non-ASCII or another character that must be percent-encoded.
    bad_percent,    ///< '%' without two hexadecimal digits.
};

/// The parts of a URL; all views are into the text that was parsed.
struct Url {
  /// What of it the request shows.
  struct Shown {
    std::string_view host;  ///< With its brackets, if it has them.
    std::string_view port;  ///< Without leading zeros; empty for the scheme's own port (RFC 6455 4.1).
    /// Path and query; behind a "/" if there is no path. A '?' with nothing behind it is left out.
    std::string_view target;
  };
  std::string_view text;   ///< All of it, as given.
  std::string_view host;   ///< As dialled and as verified by TLS: an IPv6 literal stands without its brackets.
  std::string_view path;   ///< As given, byte for byte; empty means "/".
  std::string_view query;  ///< Behind '?', without it; empty when absent.
  std::uint16_t port = 0;  ///< As given, or 80 or 443.
  bool secure = false;     ///< wss or https.
  bool ipv6 = false;       ///< The host is an IPv6 literal.
  Shown shown;
};

/// Parses an absolute URL. http and https are taken as ws and wss, as WHATWG does; scheme letters in any case.
/// Returns none and fills `url`, or tells what is wrong, leaving `url` unspecified. No byte is ever decoded or
/// rewritten.
UrlError parse_url(std::string_view text, Url& url);

/// The enumerator's own name. Not linked unless used.
[[nodiscard]] std::string_view to_string(UrlError error);
/// One sentence for a person. Not linked unless used.
[[nodiscard]] std::string_view describe(UrlError error);

}  // namespace whit
