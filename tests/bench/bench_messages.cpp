// Messages through the public API, to be counted by callgrind: bench_messages (receive|send) (binary|ascii|mixed) SIZE
// The harness around them is as small as it can be: a transport over an array that hands out segments of 1,460 bytes
// (or of the size in a fourth argument) and takes everything, and an entropy source that counts.
#include <valgrind/callgrind.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "handshake/accept.hpp"
#include "whit/detail/base64.hpp"
#include "whit/websocket.hpp"

namespace {

constexpr int kMessages = 1000;

class Segments final : public whit::Transport {
 public:
  std::vector<std::uint8_t> in;
  std::size_t size = 1460;
  std::size_t at = 0;
  std::size_t here = 0;

  whit::Status connect(std::string_view, std::uint16_t) override { return whit::Status::ok; }
  whit::Link poll(whit::Instant) override {
    if (here == 0) here = in.size() - at < size ? in.size() - at : size;
    return whit::Link::up;
  }
  whit::MutBytes rx() override { return {in.data() + at, here}; }
  void rx_consume(std::size_t n) override {
    at += n;
    here -= n;
  }
  std::size_t tx(whit::Bytes front) override { return front.size(); }
  void close(whit::How) override {}
  [[nodiscard]] whit::Error error() const override { return whit::Error::none; }
};

bool count(void* context, whit::MutBytes out) {
  auto& counter = *static_cast<std::uint32_t*>(context);
  counter += 0x9E3779B9;
  if (out.size() == sizeof counter) {
    std::memcpy(out.data(), &counter, sizeof counter);
  } else {
    std::memset(out.data(), 7, out.size());
  }
  return true;
}

std::string payload(const std::string& kind, std::size_t size) {
  if (kind != "mixed") return std::string(size, 'a');
  const std::string phrase =
      "Hello, wörld! Здравствуй, мир. Γειά σου Κόσμε. こんにちは世界、元気ですか。 你好,世界。 안녕 "
      "🙂🚀 "
      "ok. ";
  std::string text;
  while (text.size() < size) text += phrase;
  text.resize(size);
  // Not cut within a character.
  std::size_t end = size;
  while (end > 0 && (static_cast<unsigned char>(text[end - 1]) & 0xC0) == 0x80) --end;
  if (end > 0 && static_cast<unsigned char>(text[end - 1]) >= 0xC0) --end;
  for (std::size_t i = end; i < size; ++i) text[i] = '.';
  return text;
}

void frame(std::vector<std::uint8_t>& out, bool text, const std::string& data) {
  out.push_back(text ? 0x81 : 0x82);
  const std::size_t width = data.size() < 126 ? 0 : data.size() <= 0xFFFF ? 2 : 8;
  out.push_back(static_cast<std::uint8_t>(width == 0 ? data.size() : width == 2 ? 126 : 127));
  for (std::size_t i = width; i-- > 0;) out.push_back(static_cast<std::uint8_t>(data.size() >> (8 * i)));
  out.insert(out.end(), data.begin(), data.end());
}

std::string response() {
  std::uint8_t key[16];
  std::memset(key, 7, sizeof key);
  char text[24];
  char accept[whit::detail::kAcceptSize];
  whit::detail::base64_encode(whit::Bytes(key), text);
  whit::detail::make_accept(text, accept);
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
         std::string(accept, sizeof accept) + "\r\n\r\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const bool send = std::string(argv[1]) == "send";
  const bool text = std::string(argv[2]) != "binary";
  const std::string data = payload(argv[2], static_cast<std::size_t>(std::atoi(argv[3])));
  Segments link;
  const std::string head = response();
  link.in.assign(head.begin(), head.end());
  std::uint32_t counter = 0;
  static std::uint8_t ring[8192];
  whit::WebSocket socket(link, {count, &counter}, whit::MutBytes(ring));
  whit::ClientOptions options;
  whit::Event event;
  if (socket.connect("ws://bench/", options, {0}) != whit::Status::ok) return 1;
  for (int i = 0; i < 10 && socket.ready_state() != whit::ReadyState::open; ++i) socket.poll({1}, event);
  if (socket.ready_state() != whit::ReadyState::open) return 1;
  while (socket.poll({1}, event)) {
  }
  if (argc > 4) link.size = static_cast<std::size_t>(std::atoi(argv[4]));

  std::size_t bytes = 0;
  std::size_t messages = 0;
  if (send) {
    const auto send_all = [&](auto message) {
      CALLGRIND_TOGGLE_COLLECT;
      for (int i = 0; i < kMessages; ++i) {
        messages += socket.send(message) == whit::Status::ok ? 1 : 0;
        while (socket.poll({1}, event)) {
        }
      }
      CALLGRIND_TOGGLE_COLLECT;
    };
    text ? send_all(std::string_view(data)) : send_all(whit::as_bytes(data));
    bytes = messages * data.size();
  } else {
    link.in.clear();
    link.at = link.here = 0;
    for (int i = 0; i < kMessages; ++i) frame(link.in, text, data);
    CALLGRIND_TOGGLE_COLLECT;
    while (link.at != link.in.size()) {
      while (socket.poll({1}, event)) {
        bytes += event.chunk.data.size();
        messages += event.chunk.last ? 1 : 0;
      }
    }
    CALLGRIND_TOGGLE_COLLECT;
  }
  if (messages == kMessages && bytes == kMessages * data.size()) return 0;
  std::fprintf(stderr, "%zu messages of %zu bytes came through\n", messages, bytes);
  return 1;
}
