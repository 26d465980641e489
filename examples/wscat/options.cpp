#include "wscat/options.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "whit/url.hpp"
#include "wscat/text.hpp"

namespace wscat {

namespace {

constexpr std::uint64_t kMaxMessageLimit = std::uint64_t{1} << 40;
constexpr std::uint64_t kMaxMs = 1u << 30;  // 12 days; the core's clock wraps after 24

constexpr std::uint32_t kTimeoutMs = 10000;
// Megabytes may wait in the system for a slow link, before our Close or a ping.
constexpr std::uint32_t kAnswerMs = 60000;

bool number(std::string_view text, std::uint64_t most, std::uint64_t& value) {
  value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return false;
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
    if (value > most) return false;
  }
  return !text.empty();
}

bool milliseconds(std::string_view text, std::uint32_t& value) {
  std::uint64_t n = 0;
  if (!number(text, kMaxMs, n)) return false;
  value = static_cast<std::uint32_t>(n);
  return true;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

bool add_text(Options& o, std::string_view value) {
  o.items.push_back({false, std::string(value)});
  return is_utf8(value);
}

bool add_binary(Options& o, std::string_view value) {
  o.items.push_back({true, std::string(value)});
  const char* name = o.items.back().value.c_str();
  struct stat info {};
  return stat(name, &info) == 0 && !S_ISDIR(info.st_mode) && access(name, R_OK) == 0;
}

bool add_header(Options& o, std::string_view value) {
  const std::size_t colon = value.find(':');
  if (colon == std::string_view::npos) return false;
  o.headers.push_back({value.substr(0, colon), trimmed(value.substr(colon + 1))});
  return true;
}

bool set_user(Options& o, std::string_view value) {
  const std::size_t colon = value.find(':');
  if (colon == std::string_view::npos) return false;
  o.client.user = value.substr(0, colon);
  o.client.password = value.substr(colon + 1);
  return value.size() > 1;
}

bool set_timeout(Options& o, std::string_view value) {
  if (!milliseconds(value, o.client.connect_timeout_ms)) return false;
  o.client.handshake_timeout_ms = o.client.connect_timeout_ms;
  return true;
}

bool set_max_attempts(Options& o, std::string_view value) {
  std::uint64_t n = 0;
  if (!number(value, 1u << 30, n)) return false;
  o.max_attempts = static_cast<std::uint32_t>(n);
  return n != 0;
}

bool set_redirects(Options& o, std::string_view value) {
  std::uint64_t n = 0;
  if (!number(value, 20, n)) return false;
  o.redirects = static_cast<std::uint8_t>(n);
  return true;
}

bool set_max_message(Options& o, std::string_view value) {
  std::uint64_t n = 0;
  if (!number(value, kMaxMessageLimit, n)) return false;
  o.max_message = static_cast<std::size_t>(n);
  return o.max_message == n;
}

bool set_close_after(Options& o, std::string_view value) {
  o.close_after_set = true;
  return number(value, ~std::uint64_t{0} / 16, o.close_after);
}

bool set_close_code(Options& o, std::string_view value) {
  std::uint64_t n = 0;
  if (!number(value, 0xFFFF, n)) return false;
  o.close_code = static_cast<std::uint16_t>(n);
  return whit::may_be_sent(o.close_code, false);
}

bool set_close_reason(Options& o, std::string_view value) {
  o.close_reason = value;
  return value.size() <= 123 && is_utf8(value);
}

bool is_readable(std::string_view name) { return access(std::string(name).c_str(), R_OK) == 0; }

bool set_file(std::string_view& file, std::string_view value) {
  file = value;
  return is_readable(value);
}

bool add_pin(Options& o, std::string_view value) {
  o.tls.pins.emplace_back();
  return from_base64(value, o.tls.pins.back()) && o.tls.pins.back().size() == 32;
}

bool set_psk(Options& o, std::string_view value) {
  const std::size_t colon = value.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  o.tls.psk_identity = value.substr(0, colon);
  return from_hex(value.substr(colon + 1), o.tls.psk) && !o.tls.psk.empty();
}

// RFC 3986 2.1: %XX in the credentials of a proxy's URL.
bool percent_decoded(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
    } else if (i + 2 >= text.size() || !from_hex(text.substr(i + 1, 2), out)) {
      return false;
    } else {
      i += 2;
    }
  }
  return true;
}

// http://[user:password@]host[:port]
bool set_proxy(Options& o, std::string_view value) {
  constexpr std::string_view kScheme = "http://";
  if (value.substr(0, kScheme.size()) != kScheme) return false;
  const std::size_t at = value.rfind('@');
  std::string_view rest = value.substr(kScheme.size());
  if (at != std::string_view::npos) {
    const std::string_view who = value.substr(kScheme.size(), at - kScheme.size());
    const std::size_t colon = who.find(':');
    if (!percent_decoded(who.substr(0, colon), o.proxy_user)) return false;
    if (colon != std::string_view::npos && !percent_decoded(who.substr(colon + 1), o.proxy_password)) return false;
    rest = value.substr(at + 1);
  }
  // The rest is a URL as ours are.
  o.proxy_url = std::string(kScheme) + std::string(rest);
  whit::Url parsed;
  if (parse_url(o.proxy_url, parsed) != whit::UrlError::none || parsed.path.size() > 1 || !parsed.query.empty())
    return false;
  o.proxy.host = parsed.host;
  o.proxy.port = parsed.port;
  return true;
}

bool set_tls_min(Options& o, std::string_view value) {
  o.tls.only_tls_1_3 = value == "1.3";
  return o.tls.only_tls_1_3 || value == "1.2";
}

struct Setter {
  std::string_view name;
  bool (*set)(Options&, std::string_view value);
  const char* expects;
};

constexpr const char* kMs = "milliseconds, at most 2^30";

constexpr Setter kSetters[] = {
    {"--subprotocol", [](Options& o, std::string_view v) { return o.subprotocols.push_back(v), !v.empty(); }, "a name"},
    {"--header", add_header, "'Name: value'"},
    {"--origin", [](Options& o, std::string_view v) { return o.client.origin = v, !v.empty(); }, "an origin"},
    {"--user", set_user, "NAME:PASSWORD"},
    {"--bearer", [](Options& o, std::string_view v) { return o.client.bearer = v, !v.empty(); }, "a token"},
    {"--max-attempts", set_max_attempts, "a number of attempts, at least 1"},
    {"--redirects", set_redirects, "0-20"},
    {"--proxy", set_proxy, "http://[USER:PASSWORD@]HOST[:PORT]"},
    {"--ca", [](Options& o, std::string_view v) { return set_file(o.tls.ca, v); }, "the name of a readable file"},
    {"--cert", [](Options& o, std::string_view v) { return set_file(o.tls.cert, v); }, "the name of a readable file"},
    {"--key", [](Options& o, std::string_view v) { return set_file(o.tls.key, v); }, "the name of a readable file"},
    {"--pin", add_pin, "the base64 of 32 bytes"},
    {"--psk", set_psk, "IDENTITY:HEX"},
    {"--tls-min", set_tls_min, "1.2 or 1.3"},
    {"--text", add_text, "UTF-8; send other bytes from a file with --binary"},
    {"--binary", add_binary, "the name of a readable file or pipe"},
    {"--max-message", set_max_message, "a number of bytes, at most 2^40"},
    {"--ping-interval", [](Options& o, std::string_view v) { return milliseconds(v, o.client.ping_interval_ms); }, kMs},
    {"--pong-timeout", [](Options& o, std::string_view v) { return milliseconds(v, o.client.pong_timeout_ms); }, kMs},
    {"--close-timeout", [](Options& o, std::string_view v) { return milliseconds(v, o.client.close_timeout_ms); }, kMs},
    {"--timeout", set_timeout, kMs},
    {"--close-after", set_close_after, "a number of messages"},
    {"--close-code", set_close_code, "1000 or 3000-4999"},
    {"--close-reason", set_close_reason, "at most 123 bytes of UTF-8"},
};

const Setter* find(std::string_view name) {
  for (const Setter& each : kSetters) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

// --name value or --name=value. Returns what is wrong, or nothing.
std::string set(std::string_view argument, int argc, char** argv, int& i, Options& options) {
  const std::size_t equals = argument.find('=');
  const std::string name(argument.substr(0, equals));
  const Setter* setter = find(name);
  if (setter == nullptr) return "unknown option " + printable(name);
  const bool attached = equals != std::string_view::npos;
  if (!attached && ++i == argc) return name + " lacks its value: " + setter->expects;
  const std::string_view value = attached ? argument.substr(equals + 1) : std::string_view(argv[i]);
  if (!setter->set(options, value)) return "wrong value for " + name + ": it takes " + setter->expects;
  return {};
}

}  // namespace

Parsed parse(int argc, char** argv, Options& options, std::string& problem) {
  options.client.connect_timeout_ms = options.client.handshake_timeout_ms = kTimeoutMs;
  options.client.pong_timeout_ms = options.client.close_timeout_ms = kAnswerMs;
  for (int i = 1; i < argc && problem.empty(); ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--help" || argument == "-h") return Parsed::help;
    if (argument == "--version") return Parsed::version;
    if (argument == "--json") {
      options.json = true;
    } else if (argument == "--skip-oversize") {
      options.skip_oversize = true;
    } else if (argument == "--reconnect") {
      options.reconnect = true;
    } else if (argument == "--insecure") {
      options.tls.insecure = true;
    } else if (!argument.empty() && argument.front() == '-') {
      problem = set(argument, argc, argv, i, options);
    } else if (options.url.data() == nullptr) {
      options.url = argument;
    } else {
      problem = "more than one URL: " + printable(argument);
    }
  }
  if (problem.empty() && options.url.data() == nullptr) problem = "the URL is missing";
  if (problem.empty() && options.max_attempts != 0 && !options.reconnect)
    problem = "--max-attempts goes with --reconnect";
  if (problem.empty() && options.tls.cert.empty() != options.tls.key.empty()) problem = "--cert and --key go together";
  options.proxy.user = options.proxy_user;
  options.proxy.password = options.proxy_password;
  options.client.subprotocols = whit::Span<const std::string_view>(options.subprotocols);
  options.client.headers = whit::Span<const whit::Header>(options.headers);
  return problem.empty() ? Parsed::run : Parsed::wrong;
}

}  // namespace wscat
