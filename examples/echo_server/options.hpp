// What the command line says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace echo_server {

/// All views are into the command line.
struct Options {
  std::string_view host = "127.0.0.1";  ///< As given: what is printed.
  std::uint16_t port = 9001;
  std::vector<std::string_view> subprotocols;
  std::size_t max_connections = 64;
  bool quiet = false;
  std::string_view cert;  ///< With these two it speaks wss.
  std::string_view key;
};

enum class Parsed { run, help, version, wrong };

/// Fills `options`; at `wrong`, `problem` tells what is wrong.
Parsed parse(int argc, char** argv, Options& options, std::string& problem);

extern const char kHelp[];

}  // namespace echo_server
