// What the command line says.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/connect.hpp"
#include "whit/close_code.hpp"
#include "whit/options.hpp"
#include "wscat/secure.hpp"

namespace wscat {

/// A message to be sent.
struct Item {
  bool binary = false;
  std::string value;  ///< The text itself, or the name of a file or pipe.
};

/// All views are into the command line.
struct Options {
  std::string_view url;
  bool json = false;
  std::vector<std::string_view> subprotocols;
  std::vector<whit::Header> headers;
  std::vector<Item> items;
  whit::ClientOptions client;
  TlsOptions tls;
  whit::proxy::ConnectOptions proxy;                  ///< Without a host: none.
  std::string proxy_url, proxy_user, proxy_password;  ///< What `proxy` refers to.
  bool reconnect = false;
  std::uint32_t max_attempts = 0;  ///< In a row; 0: for ever.
  std::uint8_t redirects = 0;
  std::size_t max_message = 1 << 20;
  bool skip_oversize = false;
  bool close_after_set = false;
  std::uint64_t close_after = 0;  ///< Messages.
  std::uint16_t close_code = whit::close_code::kNormalClosure;
  std::string_view close_reason;
};

enum class Parsed { run, help, version, wrong };

/// Fills `options`; at `wrong`, `problem` tells what is wrong. The URL is only checked when it is used.
Parsed parse(int argc, char** argv, Options& options, std::string& problem);

extern const char kHelp[];

}  // namespace wscat
