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
  const RequestFields* const fields = options_.fields_;
  Sink sink{out, room, 0 - offset_};
  // Path and query lie side by side in the URL. An empty query is left out with its '?'.
  sink.put(url_.path.empty() ? "GET /" : "GET ", url_.path.data(),
           url_.path.size() + (url_.query.empty() ? 0 : 1 + url_.query.size()));
  std::string_view host;
  if (fields != nullptr) host = fields->host(static_cast<const ClientOptions&>(options_));
  if (!host.empty()) {
    sink.put(" HTTP/1.1\r\nHost: ", host.data(), host.size());
  } else {
    // An IPv6 literal stands between its brackets in the URL.
    sink.put(" HTTP/1.1\r\nHost: ", url_.host.data() - url_.ipv6, url_.host.size() + 2u * url_.ipv6);
    if (url_.port != (url_.secure ? 443 : 80)) {
      // As it stands between host and path, but for leading zeros.
      const char* port = url_.host.data() + url_.host.size() + url_.ipv6;
      do ++port;
      while (*port == '0');
      sink.put(":", port, static_cast<std::size_t>(url_.path.data() - port));
    }
  }
  sink.put("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ", key_,
           kKeyText);
  const char* name = "\r\nSec-WebSocket-Protocol: ";
  for (const std::string_view& protocol : options_.subprotocols) {
    sink.put(name, protocol.data(), protocol.size());
    name = ", ";
  }
  if (fields != nullptr) fields->put(static_cast<const ClientOptions&>(options_), sink);
  sink.put("\r\n\r\n", nullptr, 0);
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
