// A complete wss:// client as firmware would have it, to be weighed: it verifies the server by one authority in flash.
// Everything outside whit and mbedTLS is unknown to the compiler.
#include "mbedtls/memory.hpp"
#include "mbedtls/tls.hpp"
#include "size/outside.hpp"

namespace {

std::uint8_t g_ring[512];
alignas(8) std::uint8_t g_arena[4096];  // its size is no matter of flash

}  // namespace

extern const whit::Bytes the_authority;

extern "C" int main() {
  static whit::mbedtls::Arena arena{whit::MutBytes(g_arena)};
  static whit::mbedtls::Drbg drbg{the_entropy()};
  static whit::mbedtls::Config config{whit::mbedtls::Role::client, arena, drbg};
#if WHIT_TLS_PEM
  if (config.trust_pem(as_text(the_authority)) != whit::Error::none) return 1;
#else
  if (config.trust_der(the_authority) != whit::Error::none) return 1;
#endif
  config.ignore_dates();
  static whit::mbedtls::Tls tls{the_transport(), config};
  static whit::ClientOptions options;
  static whit::WebSocket socket{tls, drbg.entropy(), whit::MutBytes(g_ring)};
  if (socket.connect("wss://device.example/telemetry", options, the_time()) != whit::Status::ok) return 1;
  for (whit::Event event;;) {
    while (socket.poll(the_time(), event)) {
      if (event.type == whit::Event::Type::open) static_cast<void>(socket.send("hello"));
      if (event.type == whit::Event::Type::chunk) take(event.chunk.data);
      if (event.type == whit::Event::Type::pong) static_cast<void>(socket.close(1000, "enough"));
      if (event.type == whit::Event::Type::close) return event.close.code;
    }
    sleep_until(socket.next_deadline());
  }
}
