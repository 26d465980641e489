// Writes the client's request (RFC 6455 4.1) in pieces, into whatever room there is. Each piece is made by going
// through the request from its start and dropping what was written before, so that all there is to remember is how far
// it got.
#include "whit/detail/base64.hpp"
#include "whit/detail/client_handshake.hpp"

namespace whit::detail {

namespace {

// Takes the whole request, and keeps what falls into the room.
struct Sink {
  std::uint8_t* out;
  std::size_t room;
  std::size_t at;  // of the next byte in the room; it wraps to 0 behind what was written before

  // A text that ends with a NUL, and another.
  void put(const char* name, const char* value, std::size_t size) {
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
  // Both, or neither if there is no value.
  void option(const char* name, std::string_view value) {
    if (!value.empty()) put(name, value.data(), value.size());
  }
};

// The credentials (RFC 7617) are base64 of "user:password", three bytes and four digits at a time.
void put_basic(Sink& sink, const ClientOptions& o) {
  const std::size_t colon = o.user.size(), last = colon + o.password.size();
  if (last == 0) return;
  const char* name = "\r\nAuthorization: Basic ";
  const char* from = o.user.data();
  std::uint8_t group[3];
  std::uint8_t* to = group;
  for (std::size_t i = 0; i <= last; ++i) {
    char c = ':';
    if (i == colon) {
      from = o.password.data();
    } else {
      c = *from++;
    }
    *to++ = static_cast<std::uint8_t>(c);
    if (to != group + sizeof group && i != last) continue;
    char digits[4];
    base64_encode(group, static_cast<std::size_t>(to - group), digits);
    sink.put(name, digits, sizeof digits);
    name = "";
    to = group;
  }
}

}  // namespace

std::size_t ClientHandshake::write_to(std::uint8_t* out, std::size_t room) {
  if (written_) return 0;
  const ClientOptions& o = options_;
  Sink sink{out, room, 0 - offset_};
  // Path and query lie side by side in the URL. An empty query is left out with its '?'.
  sink.put(url_.path.empty() ? "GET /" : "GET ", url_.path.data(),
           url_.path.size() + (url_.query.empty() ? 0 : 1 + url_.query.size()));
  if (!o.host.empty()) {
    sink.put(" HTTP/1.1\r\nHost: ", o.host.data(), o.host.size());
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
  sink.option("\r\nOrigin: ", o.origin);
  const char* name = "\r\nSec-WebSocket-Protocol: ";
  for (const std::string_view& protocol : o.subprotocols) {
    sink.put(name, protocol.data(), protocol.size());
    name = ", ";
  }
  put_basic(sink, o);
  sink.option("\r\nAuthorization: Bearer ", o.bearer);
  sink.option("\r\nCookie: ", o.cookie);
  for (const Header& header : o.headers) {
    sink.put("\r\n", header.name.data(), header.name.size());
    sink.put(": ", header.value.data(), header.value.size());
  }
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
