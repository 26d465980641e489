// What a client sends to a server: the request and the frames. The first byte cuts the input; the second chooses
// whether a correct request comes first.
#include "driver.hpp"
#include "whit/server.hpp"

namespace {

std::string run(const std::string& input, unsigned step) {
  fuzz::Pipe pipe;
  pipe.chunks = fuzz::cut(input, step);
  std::uint8_t ring[512];
  std::uint8_t buffer[300];
  whit::ServerOptions options;
  const std::string_view protocols[] = {"one", "two"};
  options.subprotocols = whit::Span<const std::string_view>(protocols);
  options.max_message_size = 4096;
  options.max_head_size = 4000;
  whit::ServerHandshake handshake{whit::MutBytes(buffer), options};
  whit::WebSocket socket(pipe, {fuzz::fixed_entropy, nullptr}, whit::MutBytes(ring));
  REQUIRE(socket.accept(handshake, {1}) == whit::Status::ok);
  const fuzz::Trace trace = fuzz::drive(socket, pipe);
  // The handshake's answer does not depend on the cuts either.
  return trace.text + "|" + pipe.sent.substr(0, pipe.sent.find("\r\n"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  std::string input(reinterpret_cast<const char*>(data) + 2, size - 2);
  if (data[1] % 2 != 0) {
    input =
        "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
        input;
  }
  const std::string whole = run(input, 0);
  fuzz::require_same(whole, run(input, 1 + data[0] % 40u));
  fuzz::require_same(whole, run(input, 1));
  return 0;
}
