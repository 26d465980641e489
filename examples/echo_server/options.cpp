#include "echo_server/options.hpp"

namespace echo_server {

const char kHelp[] =
    R"(usage: echo_server [options]

A WebSocket server that sends back each message, of any size. A browser gets a page at / that talks to it.

  --host ADDRESS         listen there (default 127.0.0.1; 0.0.0.0 or :: for all)
  --port PORT            (default 9001; 0 lets the system choose)
  --subprotocol P        speak a subprotocol (repeatable, in order of preference)
  --max-connections N    at once (default 64); one more is told to come back later
  --cert FILE --key FILE  speak wss with this certificate (PEM, intermediate ones behind it) and its key
  --quiet                no line for each connection
  --help, --version

It prints "listening on ws://HOST:PORT", or wss://, when it is ready. SIGINT and SIGTERM close all connections with 1001 and end it.
exit status: 0 ended by a signal; 1 cannot listen; 2 usage
)";

namespace {

constexpr std::size_t kMostConnections = 10000;

bool number(std::string_view text, std::size_t least, std::size_t most, std::size_t& value) {
  value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return false;
    value = value * 10 + static_cast<std::size_t>(digit - '0');
    if (value > most) return false;
  }
  return !text.empty() && value >= least;
}

bool set_port(Options& o, std::string_view value) {
  std::size_t n = 0;
  if (!number(value, 0, 65535, n)) return false;
  o.port = static_cast<std::uint16_t>(n);
  return true;
}

// RFC 9110 5.6.2: a token, as it stands in a header.
bool add_subprotocol(Options& o, std::string_view value) {
  o.subprotocols.push_back(value);
  for (const char c : value) {
    if (c <= ' ' || c > '~' || std::string_view("\"(),/:;<=>?@[\\]{}").find(c) != std::string_view::npos) return false;
  }
  return !value.empty();
}

struct Setter {
  std::string_view name;
  bool (*set)(Options&, std::string_view value);
  const char* expects;
};

constexpr Setter kSetters[] = {
    {"--host", [](Options& o, std::string_view v) { return o.host = v, !v.empty(); }, "an address"},
    {"--port", set_port, "0-65535"},
    {"--subprotocol", add_subprotocol, "a name without spaces and separators"},
    {"--cert", [](Options& o, std::string_view v) { return o.cert = v, !v.empty(); }, "the name of a file"},
    {"--key", [](Options& o, std::string_view v) { return o.key = v, !v.empty(); }, "the name of a file"},
    {"--max-connections",
     [](Options& o, std::string_view v) { return number(v, 1, kMostConnections, o.max_connections); }, "1-10000"},
};

// --name value or --name=value. Returns what is wrong, or nothing.
std::string set(std::string_view argument, int argc, char** argv, int& i, Options& options) {
  const std::size_t equals = argument.find('=');
  const std::string name(argument.substr(0, equals));
  for (const Setter& each : kSetters) {
    if (each.name != name) continue;
    const bool attached = equals != std::string_view::npos;
    if (!attached && ++i == argc) return name + " lacks its value: " + each.expects;
    const std::string_view value = attached ? argument.substr(equals + 1) : std::string_view(argv[i]);
    return each.set(options, value) ? std::string() : "wrong value for " + name + ": it takes " + each.expects;
  }
  return "unknown option " + name;
}

}  // namespace

Parsed parse(int argc, char** argv, Options& options, std::string& problem) {
  for (int i = 1; i < argc && problem.empty(); ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--help" || argument == "-h") return Parsed::help;
    if (argument == "--version") return Parsed::version;
    if (argument == "--quiet") {
      options.quiet = true;
    } else {
      problem = set(argument, argc, argv, i, options);
    }
  }
  if (problem.empty() && options.cert.empty() != options.key.empty()) problem = "--cert and --key go together";
  return problem.empty() ? Parsed::run : Parsed::wrong;
}

}  // namespace echo_server
