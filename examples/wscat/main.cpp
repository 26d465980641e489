// wscat: a WebSocket client for the command line.
#include <fcntl.h>

#include <cstdio>
#include <memory>
#include <new>

#include "whit/version.hpp"
#include "wscat/app.hpp"
#include "wscat/options.hpp"
#include "wscat/signals.hpp"

// Whoever starts us with a standard descriptor closed must not find our socket in its place.
static void keep_standard_descriptors() {
  int fd = 0;
  while (fd >= 0 && fd <= 2) fd = open("/dev/null", O_RDWR);
}

int main(int argc, char** argv) {
  keep_standard_descriptors();
  wscat::Options options;
  std::string problem;
  switch (wscat::parse(argc, argv, options, problem)) {
    case wscat::Parsed::help: std::fputs(wscat::kHelp, stdout); return wscat::kClean;
    case wscat::Parsed::version: std::puts("wscat " WHIT_VERSION); return wscat::kClean;
    case wscat::Parsed::wrong:
      std::fprintf(stderr, "wscat: %s\nwscat --help tells more.\n", problem.c_str());
      return wscat::kUsage;
    case wscat::Parsed::run: break;
  }
  try {
    const auto app = std::make_unique<wscat::App>(options);
    return app->run(wscat::watch_signals());
  } catch (const std::bad_alloc&) {
    std::fputs("wscat: there is not so much memory: lower --max-message\n", stderr);
    return wscat::kUsage;
  }
}
