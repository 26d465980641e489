// What a server says instead of a response, with someone who wants to know why it refuses.
#include "driver.hpp"
#include "whit/refusal.hpp"

namespace {

std::string run(const std::string& input, unsigned step) {
  fuzz::Pipe pipe;
  pipe.chunks = fuzz::cut(input, step);
  std::uint8_t ring[131];
  whit::StaticRefusal<200> refusal;
  whit::WebSocket socket(pipe, {fuzz::fixed_entropy, nullptr}, whit::MutBytes(ring));
  whit::ClientOptions options;
  const std::string_view protocols[] = {"one", "two"};
  options.subprotocols = whit::Span<const std::string_view>(protocols);
  options.refusal = &refusal;
  options.max_head_size = 2000;
  REQUIRE(socket.connect("ws://fuzz/path?query", options, {1}) == whit::Status::ok);
  const fuzz::Trace trace = fuzz::drive(socket, pipe);
  return trace.text + "|" + std::string(refusal.location()) + "|" + std::string(refusal.retry_after()) + "|" +
         std::string(refusal.www_authenticate()) + "|" + std::string(as_text(refusal.body()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = run(input, 0);
  fuzz::require_same(whole, run(input, 1 + data[0] % 40u));
  fuzz::require_same(whole, run(input, 1));
  return 0;
}
