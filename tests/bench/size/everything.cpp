// The same with a URL that the device reads, and with all that a request may carry.
#include "app.hpp"

namespace {
constexpr std::string_view kSubprotocols[] = {"telemetry.v1"};
}

extern "C" int main() {
  static whit::ClientOptions options;
  options.subprotocols = whit::Span<const std::string_view>(kSubprotocols);
  return run(the_url(), options);
}
