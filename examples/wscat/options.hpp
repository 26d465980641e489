// What the command line says.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "whit/options.hpp"

namespace wscat {

struct Item {
  bool binary = false;
  std::string value;  // the text itself, or the name of a file
};

struct Options {
  std::string url;
  bool json = false;
  std::vector<std::string_view> subprotocols;
  std::vector<whit::Header> headers;  // views into the command line
  std::vector<Item> items;
  whit::ClientOptions client;
  std::size_t max_message = 1 << 20;
  bool skip_oversize = false;
  std::uint64_t close_after = 0;  // messages; 0: does not close by itself
  std::uint16_t close_code = 0;   // 0: 1000
  std::string close_reason;
};

enum class Parsed { run, help, version, wrong };

/// Fills `options`, whose views then point to the arguments. `problem` tells what is wrong.
Parsed parse(int argc, char** argv, Options& options, std::string& problem);

extern const char kUsage[];

}  // namespace wscat
