// What a server sends behind a correct 101: the first byte cuts the input, the second bounds the writes.
#include "driver.hpp"
#include "handshake/accept.hpp"
#include "wire/base64.hpp"

namespace {

std::string response() {
  std::uint8_t key[16];
  std::memset(key, 7, sizeof key);
  char text[24];
  char accept[whit::detail::kAcceptSize];
  whit::detail::base64_encode(whit::Bytes(key), text);
  whit::detail::make_accept(text, accept);
  return "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
         std::string(accept, sizeof accept) + "\r\n\r\n";
}

std::string run(const std::string& input, unsigned step, std::size_t tx_limit) {
  fuzz::Pipe pipe;
  pipe.chunks = fuzz::cut(response() + input, step);
  pipe.tx_limit = tx_limit;
  std::uint8_t ring[512];
  whit::WebSocket socket(pipe, {fuzz::fixed_entropy, nullptr}, whit::MutBytes(ring));
  whit::ClientOptions options;
  options.max_message_size = 4096;
  REQUIRE(socket.connect("ws://fuzz/", options, {1}) == whit::Status::ok);
  return fuzz::drive(socket, pipe).text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string input(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string whole = run(input, 0, ~std::size_t{0});
  fuzz::require_same(whole, run(input, 1 + data[0] % 40u, ~std::size_t{0}));
  fuzz::require_same(whole, run(input, 1, 1 + data[1] % 100u));
  return 0;
}
