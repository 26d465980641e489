// Instructions per message and per byte on the core of a board: run with QEMU's -icount, where each instruction takes
// the same time, so that the clock counts them. No network is used.
#include <cstring>

#include "board.hpp"
#include "common/text.hpp"
#include "whit/websocket.hpp"
#include "wire/mask.hpp"

namespace {

using app::Line;
namespace board = whit::board;

// The emulator's nanoseconds per instruction: -icount shift=10.
constexpr std::uint32_t kNanosecondsEach = 1024;
constexpr std::size_t kSegment = 1460;

std::uint8_t ring[1024];
std::uint8_t input[kSegment];

// Hands out the same segment again and again, and takes everything.
class Segments final : public whit::Transport {
 public:
  whit::Bytes in;
  std::size_t left = 0;

  whit::Status connect(std::string_view, std::uint16_t) override { return whit::Status::ok; }
  whit::Link poll(whit::Instant) override { return whit::Link::up; }
  whit::MutBytes rx() override { return {const_cast<std::uint8_t*>(in.data()) + in.size() - left, left}; }
  void rx_consume(std::size_t n) override { left -= n; }
  std::size_t tx(whit::Bytes front) override { return front.size(); }
  void close(whit::How) override {}
  [[nodiscard]] whit::Error error() const override { return whit::Error::none; }
};

bool sevens(void*, whit::MutBytes out) {
  std::memset(out.data(), 7, out.size());
  return true;
}

constexpr std::string_view kResponse =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: CdXSYUsvsaMthlEXWDNURGWA/1o=\r\n\r\n";

Segments link;
whit::WebSocket socket{link, {sevens, nullptr}, whit::MutBytes(ring)};

void print(const char* what, std::uint32_t ms, std::uint32_t times, std::uint32_t scale) {
  const std::uint64_t instructions = std::uint64_t{ms} * 1000000 / kNanosecondsEach;
  Line() << "count " << what << ": " << static_cast<std::uint32_t>(instructions * scale / times) << "\n";
}

bool open() {
  whit::ClientOptions options;
  whit::Event event;
  link.in = whit::as_bytes(kResponse);
  link.left = link.in.size();
  if (socket.connect("ws://bench/", options, {0}) != whit::Status::ok) return false;
  for (int i = 0; i < 20; ++i) socket.poll({1}, event);
  return socket.ready_state() == whit::ReadyState::open;
}

void receive(const char* what, std::uint8_t first, std::size_t size) {
  constexpr std::uint32_t kSegments = 300;
  std::size_t end = 0;
  std::uint32_t messages = 0;
  while (end + size + 4 <= kSegment) {
    input[end++] = first;
    if (size < 126) {
      input[end++] = static_cast<std::uint8_t>(size);
    } else {
      input[end++] = 126;
      input[end++] = static_cast<std::uint8_t>(size >> 8);
      input[end++] = static_cast<std::uint8_t>(size);
    }
    std::memset(input + end, 'a', size);
    end += size;
    ++messages;
  }
  link.in = whit::Bytes(input, end);
  std::uint32_t received = 0;
  whit::Event event;
  const whit::Instant start = board::now();
  for (std::uint32_t i = 0; i < kSegments; ++i) {
    link.left = end;
    while (socket.poll({1}, event)) received += event.chunk.last ? 1 : 0;
  }
  print(what, board::now() - start, received, 1);
  if (received != messages * kSegments) board::end(false);
}

void send(const char* what, std::size_t size) {
  constexpr std::uint32_t kTimes = 2000;
  link.left = 0;
  whit::Event event;
  std::uint32_t sent = 0;
  const whit::Instant start = board::now();
  for (std::uint32_t i = 0; i < kTimes; ++i) {
    sent += socket.send(whit::Bytes(input, size)) == whit::Status::ok ? 1 : 0;
    while (socket.poll({1}, event)) {
    }
  }
  print(what, board::now() - start, kTimes, 1);
  if (sent != kTimes) board::end(false);
}

// In hundredths.
void mask() {
  constexpr std::uint32_t kTimes = 1000;
  constexpr std::uint32_t kSize = 1000;
  std::uint32_t key = 0x12345678;
  const whit::Instant start = board::now();
  for (std::uint32_t i = 0; i < kTimes; ++i) key = whit::detail::mask(ring, input, kSize, key);
  print("mask while copying, per 100 bytes", board::now() - start, kTimes * kSize, 100);
}

}  // namespace

int main(int argc, char** argv) {
  board::start(argc, argv);
  if (!open()) board::end(false);
  receive("receive binary 16", 0x82, 16);
  receive("receive binary 125", 0x82, 125);
  receive("receive text 125", 0x81, 125);
  receive("receive binary 1024", 0x82, 1024);
  send("send binary 16", 16);
  send("send binary 125", 125);
  mask();
  board::end(true);
}
