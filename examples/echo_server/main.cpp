// echo_server: a WebSocket server that echoes text and binary of any size in constant memory.
#include <csignal>
#include <cstdio>
#include <string>

#include "echo_server/options.hpp"
#include "echo_server/server.hpp"
#include "whit/version.hpp"

namespace {
volatile std::sig_atomic_t g_stop = 0;
}

int main(int argc, char** argv) {
  echo_server::Options options;
  std::string problem;
  switch (echo_server::parse(argc, argv, options, problem)) {
    case echo_server::Parsed::help: std::fputs(echo_server::kHelp, stdout); return 0;
    case echo_server::Parsed::version: std::puts("echo_server " WHIT_VERSION); return 0;
    case echo_server::Parsed::wrong:
      std::fprintf(stderr, "echo_server: %s\necho_server --help tells more.\n", problem.c_str());
      return 2;
    case echo_server::Parsed::run: break;
  }
  struct sigaction action {};
  action.sa_handler = [](int) { g_stop = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  echo_server::Server server(options);
  problem = server.configure();
  if (problem.empty()) return server.run(g_stop);
  std::fprintf(stderr, "echo_server: %s\necho_server --help tells more.\n", problem.c_str());
  return 2;
}
