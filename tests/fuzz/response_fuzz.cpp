// What a server says instead of a response, with someone who wants to know why it refuses. The first byte cuts the
// input, the second chooses the options; the byte 1 within the text stands for the correct Sec-WebSocket-Accept.
#include "driver.hpp"
#include "whit/refusal.hpp"

namespace {

constexpr unsigned kNoRefusal = 1, kNoProtocols = 2, kRequireProtocol = 4, kSmallRefusal = 8;

std::string run(const std::string& input, unsigned step, unsigned mode) {
  fuzz::Pipe pipe;
  pipe.answers = true;
  pipe.chunks = fuzz::cut(input, step);
  std::uint8_t ring[whit::kMinRing];
  whit::StaticRefusal<200> large;
  whit::StaticRefusal<20> small;
  whit::Refusal& refusal = (mode & kSmallRefusal) != 0 ? static_cast<whit::Refusal&>(small) : large;
  whit::WebSocket socket(pipe, {fuzz::fixed_entropy, nullptr}, whit::MutBytes(ring));
  whit::ClientOptions options;
  const std::string_view protocols[] = {"one", "two"};
  if ((mode & kNoProtocols) == 0) options.subprotocols = whit::Span<const std::string_view>(protocols);
  options.require_subprotocol = (mode & kRequireProtocol) != 0;
  if ((mode & kNoRefusal) == 0) options.refusal = &refusal;
  options.max_head_size = 2000;
  options.ping_interval_ms = 0;
  REQUIRE(socket.connect("ws://fuzz/path?query", options, {1}) == whit::Status::ok);
  fuzz::Driver driver(socket, pipe, fuzz::Habits(0));
  std::string trace = driver.run();
  REQUIRE(driver.opened() || trace.rfind("error:", 0) == 0);
  if (driver.opened()) REQUIRE(whit::test::parse_head(pipe.sent).start == "GET /path?query HTTP/1.1");
  for (const std::string_view field : {refusal.location(), refusal.retry_after(), refusal.www_authenticate(), refusal.versions()}) {
    // None of it could break a request or a log line.
    for (const char c : field) REQUIRE(c != '\r' && c != '\n' && c != '\0');
    trace.append("|").append(field);
  }
  return trace + "|" + std::string(as_text(refusal.body())) + (refusal.truncated() ? "|truncated" : "|whole");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static const std::string accept = whit::test::accept_for(whit::test::base64(std::string(16, 7)));
  std::string input;
  for (std::size_t i = 2; i < size; ++i) {
    if (data[i] == 1) {
      input += accept;
    } else {
      input += static_cast<char>(data[i]);
    }
  }
  const std::string whole = run(input, 0, data[1]);
  fuzz::require_same(whole, run(input, 1 + data[0] % 40u, data[1]));
  fuzz::require_same(whole, run(input, 1, data[1]));
  return 0;
}
