// Writes the client's request (RFC 6455 4.1) in pieces, into whatever room there is. Each piece is made by going
// through the request from its start and dropping what was written before, so that all there is to remember is how far
// it got.
#include "whit/detail/base64.hpp"
#include "whit/detail/client_handshake.hpp"
#include "wire/place.hpp"

namespace whit::detail {

namespace {

// What stands before the values, in one piece: see place.hpp.
constexpr char kTexts[] =
    "GET \0GET /\0 HTTP/1.1\r\nHost: \0:\0"
    "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \0"
    "\r\nOrigin: \0\r\nSec-WebSocket-Protocol: \0, \0\r\nAuthorization: Basic \0\r\nAuthorization: Bearer \0"
    "\r\nCookie: \0\r\n\r\n";

enum Text : std::uint8_t {
  kNothing = place(kTexts, ""),
  kGet = place(kTexts, "GET "),
  kGetRoot = place(kTexts, "GET /"),
  kHostIs = place(kTexts, " HTTP/1.1\r\nHost: "),
  kPort = place(kTexts, ":"),
  kKey = place(kTexts,
               "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "),
  kOrigin = place(kTexts, "\r\nOrigin: "),
  kProtocols = place(kTexts, "\r\nSec-WebSocket-Protocol: "),
  kAnother = place(kTexts, ", "),
  kBasic = place(kTexts, "\r\nAuthorization: Basic "),
  kBearer = place(kTexts, "\r\nAuthorization: Bearer "),
  kCookie = place(kTexts, "\r\nCookie: "),
  kName = place(kTexts, "\r\n"),
  kValue = place(kTexts, ": "),
  kEnd = place(kTexts, "\r\n\r\n"),
};

// Takes the whole request, and keeps what falls into the room.
struct Sink {
  std::uint8_t* out;
  std::size_t room;
  std::size_t at;  // of the next byte in the room; it wraps to 0 behind what was written before

  // A text and a value.
  void put(Text text, const char* value, std::size_t size) {
    for (const char* name = kTexts + text;;) {
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
  void option(Text text, std::string_view value) {
    if (!value.empty()) put(text, value.data(), value.size());
  }
};

// The credentials (RFC 7617) are base64 of "user:password", three bytes and four digits at a time.
void put_basic(Sink& sink, const ClientOptions& o) {
  const std::size_t colon = o.user.size(), last = colon + o.password.size();
  if (last == 0) return;
  Text text = kBasic;
  const char* from = o.user.data();
  std::uint8_t group[3];
  std::size_t n = 0;
  for (std::size_t i = 0; i <= last; ++i) {
    char c = ':';
    if (i == colon) {
      from = o.password.data();
    } else {
      c = *from++;
    }
    group[n++] = static_cast<std::uint8_t>(c);
    if (n != sizeof group && i != last) continue;
    char digits[4];
    base64_encode(group, n, digits);
    sink.put(text, digits, sizeof digits);
    text = kNothing;
    n = 0;
  }
}

}  // namespace

std::size_t ClientHandshake::write_to(std::uint8_t* out, std::size_t room) {
  if (written_) return 0;
  const ClientOptions& o = options_;
  Sink sink{out, room, 0 - offset_};
  // Path and query lie side by side in the URL. An empty query is left out with its '?'.
  sink.put(url_.path.empty() ? kGetRoot : kGet, url_.path.data(),
           url_.path.size() + (url_.query.empty() ? 0 : 1 + url_.query.size()));
  if (!o.host.empty()) {
    sink.put(kHostIs, o.host.data(), o.host.size());
  } else {
    // An IPv6 literal stands between its brackets in the URL.
    const char* const host = url_.host.data() - url_.ipv6;
    const std::size_t size = url_.host.size() + 2u * url_.ipv6;
    sink.put(kHostIs, host, size);
    if (url_.port != (url_.secure ? 443 : 80)) {
      // As it stands between host and path, but for leading zeros.
      const char* port = host + size;
      do ++port;
      while (*port == '0');
      sink.put(kPort, port, static_cast<std::size_t>(url_.path.data() - port));
    }
  }
  sink.put(kKey, key_, kKeyText);
  sink.option(kOrigin, o.origin);
  Text text = kProtocols;
  for (const std::string_view& protocol : o.subprotocols) {
    sink.put(text, protocol.data(), protocol.size());
    text = kAnother;
  }
  put_basic(sink, o);
  sink.option(kBearer, o.bearer);
  sink.option(kCookie, o.cookie);
  for (const Header& header : o.headers) {
    sink.put(kName, header.name.data(), header.name.size());
    sink.put(kValue, header.value.data(), header.value.size());
  }
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
