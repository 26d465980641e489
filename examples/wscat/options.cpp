#include "wscat/options.hpp"

#include <cstdlib>

#include "whit/close_code.hpp"
#include "whit/url.hpp"

namespace wscat {

const char kUsage[] =
    R"(usage: wscat [options] URL

Opens a WebSocket, sends what it is given, and shows what comes back.

  --json                     one JSON object a line for each event
  --subprotocol P            offer a subprotocol (repeatable, in order of preference)
  --header 'Name: value'     send a header (repeatable)
  --origin O                 send an Origin
  --user NAME:PASSWORD       Basic credentials
  --bearer TOKEN             a Bearer token
  --text MESSAGE             send a text message after open (repeatable)
  --binary FILE              send a file as one binary message after open (repeatable)
  --max-message BYTES        the largest message to receive (default 1048576)
  --skip-oversize            let larger messages pass by instead of closing with 1009
  --ping-interval MS         ping after so long without receiving anything (default 30000, 0: never)
  --timeout MS               for connecting and the handshake (default 10000)
  --close-after N            close after N messages were received
  --close-code C             the code to close with (1000, 3000-4999; default 1000)
  --close-reason R           the reason to close with
  --help, --version

Then each line of standard input is sent as a text message. At its end the closing handshake starts once all is sent and
each message has got one in return, or nothing has come for a quarter of a second. An idle, open input does not close.

exit status: 0 closed cleanly with 1000, 1001 or no code; 1 never opened; 2 usage; 3 ended otherwise
)";

namespace {

bool number(const char* text, std::uint64_t most, std::uint64_t& value) {
  char* end = nullptr;
  value = std::strtoull(text, &end, 10);
  return *text >= '0' && *text <= '9' && *end == '\0' && value <= most;
}

bool header(std::string_view text, std::vector<whit::Header>& headers) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  std::string_view value = text.substr(colon + 1);
  while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  headers.push_back({text.substr(0, colon), value});
  return true;
}

// An option with a value; false if the value is wrong.
bool set(std::string_view name, const char* value, Options& o, bool& known) {
  std::uint64_t n = 0;
  known = true;
  if (name == "--subprotocol") return o.subprotocols.emplace_back(value), true;
  if (name == "--header") return header(value, o.headers);
  if (name == "--origin") return o.client.origin = value, true;
  if (name == "--bearer") return o.client.bearer = value, true;
  if (name == "--text") return o.items.push_back({false, value}), true;
  if (name == "--binary") return o.items.push_back({true, value}), true;
  if (name == "--close-reason") return o.close_reason = value, true;
  if (name == "--user") {
    const std::string_view both = value;
    const std::size_t colon = both.find(':');
    if (colon == std::string_view::npos) return false;
    o.client.user = both.substr(0, colon);
    o.client.password = both.substr(colon + 1);
    return true;
  }
  if (name == "--max-message") return number(value, 1u << 31, n) && (o.max_message = n, true);
  if (name == "--close-after") return number(value, ~0ull >> 1, n) && (o.close_after = n, true);
  if (name == "--ping-interval" || name == "--timeout") {
    if (!number(value, 1u << 30, n)) return false;
    const auto ms = static_cast<std::uint32_t>(n);
    if (name == "--timeout") o.client.connect_timeout_ms = o.client.handshake_timeout_ms = ms;
    if (name == "--ping-interval") o.client.ping_interval_ms = ms;
    return true;
  }
  if (name == "--close-code") {
    if (!number(value, 65535, n) || !whit::may_be_sent(static_cast<std::uint16_t>(n), false)) return false;
    o.close_code = static_cast<std::uint16_t>(n);
    return true;
  }
  known = false;
  return false;
}

}  // namespace

Parsed parse(int argc, char** argv, Options& options, std::string& problem) {
  options.client.connect_timeout_ms = options.client.handshake_timeout_ms = 10000;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--help") return Parsed::help;
    if (name == "--version") return Parsed::version;
    if (name == "--json") {
      options.json = true;
    } else if (name == "--skip-oversize") {
      options.skip_oversize = true;
    } else if (name.substr(0, 2) == "--") {
      bool known = false;
      const char* value = i + 1 < argc ? argv[i + 1] : nullptr;
      if (!set(name, value != nullptr ? value : "", options, known) || value == nullptr) {
        problem = !known ? "unknown option " : value == nullptr ? "a value is missing after " : "wrong value for ";
        problem += name;
        return Parsed::wrong;
      }
      ++i;
    } else if (options.url.empty()) {
      options.url = name;
    } else {
      problem = "more than one URL";
      return Parsed::wrong;
    }
  }
  whit::Url url;
  const whit::UrlError error = whit::parse_url(options.url, url);
  if (options.url.empty()) problem = "no URL";
  if (!options.url.empty() && error != whit::UrlError::none) problem = describe(error);
  if (options.close_reason.size() > 123) problem = "a close reason has at most 123 bytes";
  options.client.subprotocols = whit::Span<const std::string_view>(options.subprotocols);
  options.client.headers = whit::Span<const whit::Header>(options.headers);
  return problem.empty() ? Parsed::run : Parsed::wrong;
}

}  // namespace wscat
