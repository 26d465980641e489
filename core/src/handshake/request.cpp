// Writes the client's request (RFC 6455 4.1) in pieces, into whatever room there is. Each piece is made by going
// through the request from its start and dropping what was written before, so that all there is to remember is how far
// it got.
#include "handshake/sink.hpp"
#include "whit/detail/client_handshake.hpp"

namespace whit::detail {

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
  Sink sink{out, room, 0 - offset_};
  const std::string_view& target = url_.target;
  sink.put(target.empty() || target.front() == '?' ? "GET /" : "GET ", target.data(), target.size());
  sink.put(" HTTP/1.1\r\nHost: ", url_.host.data(), url_.host.size());
  sink.option(":", url_.port);
  sink.put("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ", key_,
           kKeyText);
  if (options_.fields_ != nullptr) options_.fields_->put(options_, sink);
  sink.put("\r\n\r\n", nullptr, 0);
  written_ = sink.at <= room;
  const std::size_t n = written_ ? sink.at : room;
  offset_ += n;
  return n;
}

}  // namespace whit::detail
