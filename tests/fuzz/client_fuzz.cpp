// What a server sends behind a correct 101. The first byte cuts the input, the second bounds the writes, the third
// chooses what the application does.
#include "driver.hpp"

namespace {

// The key is known, because the entropy is.
std::string response() {
  return whit::test::response_for("GET / HTTP/1.1\r\nSec-WebSocket-Key: " + whit::test::base64(std::string(16, 7)) +
                                  "\r\n\r\n");
}

std::string run(const std::string& input, unsigned step, std::size_t tx_limit, const fuzz::Habits& habits) {
  fuzz::Pipe pipe;
  pipe.answers = true;
  pipe.chunks = fuzz::cut(response() + input, step);
  pipe.tx_limit = tx_limit;
  std::uint8_t ring[512];
  whit::WebSocket socket(pipe, {fuzz::fixed_entropy, nullptr}, whit::MutBytes(ring).first(habits.ring));
  whit::ClientOptions options;
  options.max_message_size = fuzz::kMaxMessage;
  // Time stands still while there is input, and afterwards runs from deadline to deadline.
  options.ping_interval_ms = 0;
  REQUIRE(socket.connect("ws://fuzz/", options, {1}) == whit::Status::ok);
  fuzz::Driver driver(socket, pipe, habits);
  const std::string trace = driver.run();
  if (!driver.opened()) return trace;
  return trace + fuzz::check_sent(pipe.sent.substr(pipe.sent.find("\r\n\r\n") + 4), &input, true);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string input(reinterpret_cast<const char*>(data) + 3, size - 3);
  const fuzz::Habits habits(data[2]);
  const std::string whole = run(input, 0, ~std::size_t{0}, habits);
  fuzz::require_same(whole, run(input, 1 + data[0] % 40u, ~std::size_t{0}, habits));
  fuzz::require_same(whole, run(input, 1, 1 + data[1] % 100u, habits));
  return 0;
}
