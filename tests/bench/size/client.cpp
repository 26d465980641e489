// A complete ws:// client as a small firmware would have it, to be weighed: it asks for no more than its URL.
#include "app.hpp"
#include "whit/url_literal.hpp"

extern "C" int main() {
  using namespace whit::literals;
  static constexpr whit::Url kUrl = "ws://device.example/telemetry"_url;
  static whit::ConnectOptions options;
  return run(kUrl, options);
}
