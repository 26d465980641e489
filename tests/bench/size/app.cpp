// A complete ws:// client as firmware would have it, to be weighed: connects, keeps alive, sends text and binary,
// receives, closes. Everything outside whit is unknown to the compiler.
#include "outside.hpp"
#include "whit/url_literal.hpp"

namespace {

constexpr std::size_t kRing = 512;
std::uint8_t g_ring[kRing];

}  // namespace

extern "C" int main() {
  static whit::ConnectOptions options;
  static whit::WebSocket socket(the_transport(), the_entropy(), whit::MutBytes(g_ring));
  using namespace whit::literals;
  static constexpr whit::Url kUrl = "ws://device.example/telemetry"_url;
  if (socket.connect(kUrl, options, the_time()) != whit::Status::ok) return 1;
  for (whit::Event event;;) {
    while (socket.poll(the_time(), event)) {
      if (event.type == whit::Event::Type::open) {
        static_cast<void>(socket.send("hello"));
        static_cast<void>(socket.send(whit::Bytes(g_ring, 4)));
      }
      if (event.type == whit::Event::Type::chunk) take(event.chunk.data);
      if (event.type == whit::Event::Type::pong) static_cast<void>(socket.close(1000, "enough"));
      if (event.type == whit::Event::Type::close) return event.close.code;
    }
    sleep_until(socket.next_deadline());
  }
}
