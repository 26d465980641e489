// Runs on the target: a wss client and a server in one image, over memory, and tells what the client took. The server
// has an arena of its own.
#include <cstdio>
#include <cstring>

#include "certificates.hpp"
#include "mbedtls/memory.hpp"
#include "mbedtls/tls.hpp"
#include "whit/server.hpp"
#include "whit/websocket.hpp"

namespace {

using namespace whit;

constexpr std::size_t kPipe = 4096;

struct Pipe {
  std::uint8_t data[kPipe];
  std::size_t size = 0;
};

// One end of two pipes.
class End final : public Transport {
 public:
  End(Pipe& in, Pipe& out) : in_(in), out_(out) {}
  Status connect(std::string_view, std::uint16_t) override { return Status::ok; }
  Link poll(Instant) override { return Link::up; }
  MutBytes rx() override { return {in_.data, in_.size}; }
  void rx_consume(std::size_t n) override {
    in_.size -= n;
    std::memmove(in_.data, in_.data + n, in_.size);
  }
  std::size_t tx(Bytes front) override {
    const std::size_t n = front.size() < kPipe - out_.size ? front.size() : kPipe - out_.size;
    std::memcpy(out_.data + out_.size, front.data(), n);
    out_.size += n;
    return n;
  }
  void close(How) override {}
  [[nodiscard]] Error error() const override { return Error::none; }

 private:
  Pipe& in_;
  Pipe& out_;
};

// Only memory is measured here: nothing is kept secret with these numbers.
bool count(void* state, MutBytes out) {
  auto& x = *static_cast<std::uint32_t*>(state);
  for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>((x = x * 1664525u + 1013904223u) >> 24);
  return true;
}

constexpr std::size_t kPaint = 12 * 1024;
constexpr std::uint32_t kColour = 0xC0FFEE11;

// Paints the stack below, and tells how much of the paint is gone.
__attribute__((noinline)) void paint() {
  volatile std::uint32_t area[kPaint / 4];
  for (volatile std::uint32_t& word : area) word = kColour;
}
__attribute__((noinline)) std::size_t used() {
  volatile std::uint32_t area[kPaint / 4];
  std::size_t clean = 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
  while (clean < kPaint / 4 && area[clean] == kColour) ++clean;
#pragma GCC diagnostic pop
  return kPaint - clean * 4;
}

std::uint8_t g_client_arena[64 * 1024], g_server_arena[64 * 1024], g_rings[2][512], g_request[1024];
Pipe g_up, g_down;
std::uint32_t g_seed = 1;

}  // namespace

int main() {
  static mbedtls::Arena client_arena{MutBytes(g_client_arena)}, server_arena{MutBytes(g_server_arena)};
  static mbedtls::Drbg drbg{Entropy{count, &g_seed}};
  static mbedtls::Config client_config{mbedtls::Role::client, client_arena, drbg};
  static mbedtls::Config server_config{mbedtls::Role::server, server_arena, drbg};
  Error error = client_config.trust_der(kAuthority);
  client_config.ignore_dates();
  if (error == Error::none) error = server_config.identity(as_text(kServer), as_text(kServerKey));
  if (error != Error::none) return std::printf("cannot be configured: %d\n", static_cast<int>(error)), 1;
  const std::size_t needed = mbedtls::tls_memory_needed(client_config, {1, kServer.size()});

  static End client_end{g_down, g_up}, server_end{g_up, g_down};
  static mbedtls::Tls client{client_end, client_config}, server{server_end, server_config};
  static WebSocket socket{client, drbg.entropy(), MutBytes(g_rings[0])},
      peer{server, drbg.entropy(), MutBytes(g_rings[1])};
  static ClientOptions options;
  static ServerOptions server_options;
  static ServerHandshake handshake{MutBytes(g_request), server_options};
  if (socket.connect("wss://localhost/", options, {}) != Status::ok || server.accept() != Status::ok ||
      peer.accept(handshake, {}) != Status::ok) {
    return std::printf("cannot start\n"), 1;
  }
  std::size_t stack = 0;
  bool echoed = false;
  for (std::uint32_t ms = 0; ms < 5000; ++ms) {
    Event event;
    paint();
    const bool news = socket.poll({ms}, event);
    if (used() > stack) stack = used();
    if (news && event.type == Event::Type::open) static_cast<void>(socket.send("hello"));
    if (news && event.type == Event::Type::chunk) echoed = true;
    if (news && event.type == Event::Type::chunk) static_cast<void>(socket.close(1000));
    if (news && event.type == Event::Type::error)
      return std::printf("failed: %d, mbedTLS %d and %d\n", static_cast<int>(event.error), client.detail().code,
                         server.detail().code),
             1;
    if (news && event.type == Event::Type::close) break;
    if (peer.poll({ms}, event) && event.type == Event::Type::chunk)
      static_cast<void>(peer.send(as_text(event.chunk.data)));
  }
  const std::size_t objects = sizeof client + sizeof client_config + sizeof drbg + sizeof client_arena;
  const auto tell = [](const char* what, std::size_t bytes) {
    std::printf("%s %lu\n", what, static_cast<unsigned long>(bytes));
  };
  tell("arena", client_arena.peak());
  tell("needed", needed);
  tell("objects", objects);
  tell("stack", stack);
  std::puts(echoed ? "MEASURED" : "nothing came back");
  return echoed ? 0 : 1;
}
