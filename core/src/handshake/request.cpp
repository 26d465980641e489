// Writes the client's request (RFC 6455 4.1) in pieces, into whatever room there is. Each piece is made by going
// through the request from its start and dropping what was written before, so that all there is to remember is how far
// it got.
#include "handshake/sink.hpp"
#include "whit/detail/client_handshake.hpp"
#include "whit/detail/place.hpp"

namespace whit::detail {

Status ClientHandshake::check(const ConnectOptions& options) {
  return options.fields_ != nullptr ? options.fields_->check(options) : Status::ok;
}

// In one piece: see place.hpp.
static constexpr char kTexts[] =
    "GET \0GET /\0 HTTP/1.1\r\nHost: \0:\0"
    "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \0"
    "\r\n\r\n";

enum Text : std::uint8_t {
  kGet = place(kTexts, "GET "),
  kGetRoot = place(kTexts, "GET /"),
  kHost = place(kTexts, " HTTP/1.1\r\nHost: "),
  kPort = place(kTexts, ":"),
  kKey = place(kTexts,
               "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "),
  kEnd = place(kTexts, "\r\n\r\n"),
};

void Sink::put(Text text, const char* value, std::size_t size) { put(kTexts + text, value, size); }

void Sink::put(const char* name, const char* value, std::size_t size) {
  for (;;) {
    char c = *name;
    if (c != '\0') {
      ++name;
    } else {
      if (size-- == 0) return;
      c = *value++;
    }
    if (at < room) out[at] = static_cast<std::uint8_t>(c);
    ++at;
  }
}

std::size_t ClientHandshake::write_to(std::uint8_t* out, std::size_t room) {
  if (written_) return 0;
  const RequestFields* const fields = options_.fields_;
  Sink sink{out, room, 0 - offset_};
  const std::string_view& target = url_.target;
  sink.put(target.empty() || target.front() == '?' ? kGetRoot : kGet, target.data(), target.size());
  std::string_view host;
  if (fields != nullptr) host = fields->host(options_);
  if (!host.empty()) {
    sink.put(kHost, host.data(), host.size());
  } else {
    sink.put(kHost, url_.host.data(), url_.host.size());
    if (!url_.port.empty()) sink.put(kPort, url_.port.data(), url_.port.size());
  }
  sink.put(kKey, key_, kKeyText);
  if (fields != nullptr) fields->put(options_, sink);
  sink.put(kEnd, nullptr, 0);
  std::size_t n = sink.at;
  if (n <= room) {
    written_ = true;
  } else {
    n = room;
  }
  offset_ += n;
  return n;
}

}  // namespace whit::detail
