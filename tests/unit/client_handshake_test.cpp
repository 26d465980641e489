// The client's request and its judgement of the response, driven directly.
#include "whit/detail/client_handshake.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "handshake/accept.hpp"
#include "support/entropy.hpp"
#include "support/memory_link.hpp"
#include "whit/connect_gate.hpp"
#include "whit/refusal.hpp"
#include "whit/url_literal.hpp"

namespace whit {
namespace {

using detail::ClientHandshake;
using detail::Progress;
using literals::operator""_url;

// RFC 6455 1.3's key.
constexpr std::uint8_t kKey[16] = {0x74, 0x68, 0x65, 0x20, 0x73, 0x61, 0x6d, 0x70,
                                   0x6c, 0x65, 0x20, 0x6e, 0x6f, 0x6e, 0x63, 0x65};
const std::string kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

std::string request(const std::string& text, const ClientOptions& options, std::size_t room = 4096) {
  Url url;
  EXPECT_EQ(parse_url(text, url), UrlError::none);
  ClientHandshake handshake(url, options, Bytes(kKey));
  std::string out;
  for (std::size_t i = 0; i < 100000 && !handshake.written(); ++i) {
    std::vector<std::uint8_t> piece(room);
    const std::size_t n = handshake.write(MutBytes(piece));
    out.append(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(n));
  }
  EXPECT_TRUE(handshake.written());
  return out;
}

// REQ-01, REQ-02, REQ-03, REQ-04, REQ-06, REQ-10, URI-08, URI-09, NEG-11 (no extension is offered)
TEST(ClientRequest, Plain) {
  const ClientOptions options;
  EXPECT_EQ(
      request("ws://h:81/p?q", options),
      "GET /p?q HTTP/1.1\r\nHost: h:81\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  const std::pair<const char*, const char*> lines[] = {
      {"ws://h", "GET / HTTP/1.1\r\nHost: h\r\n"},
      {"ws://h?x=1", "GET /?x=1 HTTP/1.1\r\nHost: h\r\n"},
      {"ws://h/p?", "GET /p HTTP/1.1\r\nHost: h\r\n"},
      {"ws://h:80", "GET / HTTP/1.1\r\nHost: h\r\n"},
      {"wss://h:80", "GET / HTTP/1.1\r\nHost: h:80\r\n"},
      {"ws://h:443", "GET / HTTP/1.1\r\nHost: h:443\r\n"},
      {"wss://h:443", "GET / HTTP/1.1\r\nHost: h\r\n"},
      {"ws://[::1]:81/%2e%2E", "GET /%2e%2E HTTP/1.1\r\nHost: [::1]:81\r\n"},
  };
  for (const auto& [url, start] : lines) EXPECT_EQ(request(url, options).rfind(start, 0), 0u) << request(url, options);
}

// REQ-07, REQ-14, NEG-01: everything that can be given, through room of every size.
TEST(ClientRequest, Everything) {
  ClientOptions options;
  const std::string_view protocols[] = {"v2", "v1"};
  const std::string token(1500, 't');
  const Header headers[] = {{"X-One", "1"}, {"X-Empty", ""}, {"X-Two", "b\tc"}};
  options.subprotocols = Span<const std::string_view>(protocols);
  options.headers = Span<const Header>(headers);
  options.origin = "https://o.example";
  options.cookie = "a=1; b=2";
  options.host = "other:99";
  options.bearer = token;
  const std::string whole = request("ws://h/", options);
  EXPECT_NE(whole.find("\r\nHost: other:99\r\n"), std::string::npos);
  EXPECT_EQ(whole.substr(whole.find("\r\nSec-WebSocket-Protocol")),
            "\r\nSec-WebSocket-Protocol: v2, v1\r\nOrigin: https://o.example\r\nAuthorization: Bearer " + token +
                "\r\nCookie: a=1; b=2\r\nX-One: 1\r\nX-Empty: \r\nX-Two: b\tc\r\n\r\n");
  for (std::size_t room = 1; room < 200; ++room) ASSERT_EQ(request("ws://h/", options, room), whole) << room;
  const std::string path(8000, 'p');
  EXPECT_EQ(request("ws://h/" + path, {}, 100).rfind("GET /" + path + " HTTP/1.1\r\n", 0), 0u);
}

TEST(ClientRequest, BasicCredentials) {
  const std::pair<std::pair<const char*, const char*>, const char*> cases[] = {
      {{"Aladdin", "open sesame"}, "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
      {{"a", "b"}, "YTpi"},
      {{"", "p"}, "OnA="},
      {{"u", ""}, "dTo="}};
  for (const auto& [credentials, text] : cases) {
    ClientOptions options;
    options.user = credentials.first;
    options.password = credentials.second;
    for (const std::size_t room : {std::size_t{1}, std::size_t{4096}}) {
      EXPECT_NE(request("ws://h/", options, room).find("\r\nAuthorization: Basic " + std::string(text) + "\r\n"),
                std::string::npos);
    }
  }
}

// NEG-01, NEG-02, REQ-08, REQ-09: refused before anything is sent.
TEST(ClientRequest, BadOptions) {
  for (const std::string_view name : {"", "a b", "a,b", "/echo", "\xc3\xa9"}) {
    ClientOptions options;
    options.subprotocols = Span<const std::string_view>(&name, 1);
    EXPECT_EQ(ClientHandshake::check(options), Status::bad_subprotocol) << name;
  }
  const std::string_view twice[] = {"echo", "eCho"};
  ClientOptions same;
  same.subprotocols = Span<const std::string_view>(twice);
  EXPECT_EQ(ClientHandshake::check(same), Status::bad_subprotocol);
  const Header bad[] = {{"X", "a\r\nEvil: b"},
                        {"X Y", "v"},
                        {"X:", "v"},
                        {"", "v"},
                        {"X", std::string_view("a\0b", 3)},
                        {"X", "\x7f"},
                        {"sec-websocket-key", "x"},
                        {"HOST", "y"},
                        {"Upgrade", "y"},
                        {"connection", "y"},
                        {"Content-Length", "1"},
                        {"Transfer-Encoding", "y"},
                        {"Expect", "y"},
                        {"Sec-WebSocket-Anything", "y"}};
  for (const Header& header : bad) {
    ClientOptions options;
    options.headers = Span<const Header>(&header, 1);
    EXPECT_EQ(ClientHandshake::check(options), Status::bad_header) << header.name;
  }
  ClientOptions options;
  options.origin = "a b";
  EXPECT_EQ(ClientHandshake::check(options), Status::bad_origin);
  options = {};
  options.cookie = "a\nb";
  EXPECT_EQ(ClientHandshake::check(options), Status::bad_header);
  options = {};
  options.host = "a/b";
  EXPECT_EQ(ClientHandshake::check(options), Status::bad_header);
  options = {};
  options.user = "a:b";
  EXPECT_EQ(ClientHandshake::check(options), Status::bad_credentials);
  options = {};
  options.password = "p";
  options.bearer = "t";
  EXPECT_EQ(ClientHandshake::check(options), Status::bad_credentials);
  const Header cookie{"Cookie", "a=b"};
  options = {};
  options.headers = Span<const Header>(&cookie, 1);
  EXPECT_EQ(ClientHandshake::check(options), Status::ok);
  options.cookie = "c=d";
  EXPECT_EQ(ClientHandshake::check(options), Status::bad_header);
}

struct Outcome {
  Progress progress = Progress::more;
  Error error = Error::none;
  unsigned status = 0;
  std::string protocol;
  std::size_t used = 0;
  bool operator==(const Outcome& o) const {
    // How far a failure was read does not matter.
    return progress == o.progress && error == o.error && status == o.status && protocol == o.protocol &&
           (used == o.used || progress == Progress::failed);
  }
};

Outcome respond_in_steps(const std::string& text, const ClientOptions& options, std::size_t cut, std::size_t step) {
  Url url;
  EXPECT_EQ(parse_url("ws://h/", url), UrlError::none);
  ClientHandshake handshake(url, options, Bytes(kKey));
  std::array<std::uint8_t, detail::kMaxControl> line{};
  Outcome outcome;
  while (outcome.used < text.size() && outcome.progress == Progress::more) {
    std::size_t n = outcome.used < cut ? cut - outcome.used : text.size() - outcome.used;
    if (step != 0 && n > step) n = step;
    const std::vector<std::uint8_t> exact(text.begin() + static_cast<std::ptrdiff_t>(outcome.used),
                                          text.begin() + static_cast<std::ptrdiff_t>(outcome.used + n));
    std::size_t used = 0;
    outcome.progress = handshake.read(Bytes(exact.data(), exact.size()), MutBytes(line), used);
    EXPECT_LE(used, n);
    EXPECT_TRUE(outcome.progress != Progress::more || used == n);
    outcome.used += used;
  }
  outcome.error = handshake.error();
  outcome.status = handshake.status();
  outcome.protocol = handshake.protocol();
  return outcome;
}

// HTP-01: the same whole, at every split, byte by byte, and with frames behind it that must stay.
Outcome respond(const std::string& text, const ClientOptions& options = {}) {
  const Outcome whole = respond_in_steps(text, options, 0, 0);
  EXPECT_TRUE(whole == respond_in_steps(text, options, 0, 1)) << text.substr(0, 300);
  if (text.size() < 2000) {
    for (std::size_t cut = 1; cut < text.size(); ++cut)
      EXPECT_TRUE(whole == respond_in_steps(text, options, cut, 0)) << cut;
  }
  if (whole.progress == Progress::done) {
    const Outcome more = respond_in_steps(text + "\x81\x01x", options, 0, 0);
    EXPECT_EQ(more.used, text.size());
  }
  return whole;
}

std::string head(const std::string& fields, const std::string& status = "HTTP/1.1 101 Switching Protocols") {
  return status + "\r\n" + fields + "\r\n";
}

const std::string kUpgrade = "Upgrade: websocket\r\n";
const std::string kConnection = "Connection: Upgrade\r\n";
const std::string kAcceptLine = "Sec-WebSocket-Accept: " + kAccept + "\r\n";
const std::string kGood = kUpgrade + kConnection + kAcceptLine;

// HTP-02, HTP-04, HTP-05, HTP-09, HTP-12, HTP-13, HTP-16, RSP-02, RSP-03, RSP-04
TEST(ClientResponse, Accepted) {
  const std::string good[] = {
      head(kGood),
      head(kGood, "HTTP/1.1 101 "),
      head(kGood, "HTTP/1.1 101"),
      head(kGood, "HTTP/1.1 101 x y"),
      head("Upgrade:websocket\r\nCONNECTION: \t keep-alive, Upgrade \t\r\nsEC-wEBSOCKET-aCCEPT: \t" + kAccept +
           " \t\r\n"),
      head("Upgrade: WEBSOCKET\r\nConnection: a\r\nConnection: upgrade,close\r\n" + kAcceptLine),
      head(kAcceptLine + kConnection + kUpgrade),
      head(kGood + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\nX: y\r\nUpgrade-Insecure-Requests: 1\r\n"
                   "Sec-WebSocket-Accept-X: z\r\nServer: \xff\r\n"),
      "HTTP/1.1 101 x\n" + std::string("Upgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Accept: ") + kAccept +
          "\n\n",
  };
  for (const std::string& text : good) {
    const Outcome outcome = respond(text);
    EXPECT_EQ(outcome.progress, Progress::done) << text;
    EXPECT_EQ(outcome.used, text.size());
  }
}

// HTP-02, HTP-03, HTP-06, HTP-07, HTP-08, HTP-10, HTP-11, RSP-02..06, RSP-11, NEG-03, NEG-04, NEG-07..10, UTF-09
TEST(ClientResponse, EachFaultHasItsError) {
  const std::pair<std::string, Error> cases[] = {
      {head(kGood, "HTTP/1.1 1010"), Error::bad_status_line},
      {head(kGood, "HTTP/1.1 10"), Error::bad_status_line},
      {head(kGood, "http/1.1 101"), Error::bad_status_line},
      {head(kGood, "ICY 101"), Error::bad_status_line},
      {head(kGood, "HTTP/2 101"), Error::bad_status_line},
      {head(kGood, "HTTP/1.0 101 x"), Error::bad_status_line},
      {head(kGood, ""), Error::bad_status_line},
      {head(kGood, "HTTP/1.1 200 OK"), Error::bad_status},
      {head(kGood, "HTTP/1.1 204 x"), Error::bad_status},
      {head(kGood, "HTTP/1.1 600 x"), Error::bad_status},
      {head(kGood, "HTTP/1.1 999 x"), Error::bad_status},
      {head(kGood, "HTTP/1.1 099 x"), Error::bad_status},
      {head(kGood + "garbage\r\n"), Error::bad_header_line},
      {head(kGood + ": x\r\n"), Error::bad_header_line},
      {head(kGood + "Up grade: x\r\n"), Error::bad_header_line},
      {head(kGood + "Upgr(ade: x\r\n"), Error::bad_header_line},
      {head("Upgrade : websocket\r\n" + kConnection + kAcceptLine), Error::bad_header_line},
      {head(" Upgrade: websocket\r\n" + kConnection + kAcceptLine), Error::bad_header_line},
      {head(kUpgrade + "Connection: keep-alive,\r\n Upgrade\r\n" + kAcceptLine), Error::bad_header_line},
      {head(kUpgrade + kConnection + "Sec-WebSocket-Accept: " + kAccept + std::string("\0junk\r\n", 7)),
       Error::bad_header_line},
      {head(kGood + "X: a\rUpgrade: websocket\r\n"), Error::bad_header_line},
      {head(kConnection + kAcceptLine), Error::bad_upgrade},
      {head("Upgrade:\r\n" + kConnection + kAcceptLine), Error::bad_upgrade},
      {head("Upgrade: websockets\r\n" + kConnection + kAcceptLine), Error::bad_upgrade},
      {head("Upgrade: h2c, websocket\r\n" + kConnection + kAcceptLine), Error::bad_upgrade},
      {head("Upgrade: websocket/13\r\n" + kConnection + kAcceptLine), Error::bad_upgrade},
      {head(kUpgrade + kAcceptLine), Error::bad_connection},
      {head(kUpgrade + "Connection: upgraded, no-upgrade, Up grade\r\n" + kAcceptLine), Error::bad_connection},
      {head(kUpgrade + kConnection), Error::bad_accept},
      {head(kUpgrade + kConnection + "Sec-WebSocket-Accept:\r\n"), Error::bad_accept},
      {head(kUpgrade + kConnection + "Sec-WebSocket-Accept: " + kAccept + "=\r\n"), Error::bad_accept},
      {head(kUpgrade + kConnection + "Sec-WebSocket-Accept: \"" + kAccept + "\"\r\n"), Error::bad_accept},
      {head(kUpgrade + kConnection + "Sec-WebSocket-Accept: S" + kAccept.substr(1) + "\r\n"), Error::bad_accept},
      {head(kUpgrade + kConnection + "Sec-WebSocket-Accept: " + kAccept + ", " + kAccept + "\r\n"), Error::bad_accept},
      {head(kGood + kAcceptLine), Error::bad_accept},
      {head(kGood + "Sec-WebSocket-Protocol: a\r\n"), Error::bad_subprotocol},
      {head(kGood + "Sec-WebSocket-Protocol: \xff\r\n"), Error::bad_subprotocol},
      {head(kGood + "Sec-WebSocket-Protocol:\r\n"), Error::bad_subprotocol},
      {head(kGood + "Sec-WebSocket-Extensions: x-webkit-deflate-frame\r\n"), Error::bad_extension},
      {head(kGood + "Sec-WebSocket-Extensions: permessage-deflate\r\n"), Error::bad_extension},
      {head(kGood + "Sec-WebSocket-Extensions:\r\n"), Error::bad_extension},
      {head(kGood + "Sec-WebSocket-Extensions: ,,\r\n"), Error::bad_extension},
      {head(kGood + "Sec-WebSocket-Extensions: x; =1\r\n"), Error::bad_extension},
  };
  for (const auto& [text, error] : cases) {
    const Outcome outcome = respond(text);
    EXPECT_EQ(outcome.progress, Progress::failed) << text;
    EXPECT_EQ(to_string(outcome.error), to_string(error)) << text;
  }
  // RSP-05: no prefix of the right value will do.
  for (std::size_t n = 1; n < kAccept.size(); ++n) {
    const std::string text = head(kUpgrade + kConnection + "Sec-WebSocket-Accept: " + kAccept.substr(0, n) + "\r\n");
    EXPECT_EQ(respond_in_steps(text, {}, 0, 0).error, Error::bad_accept);
  }
}

// NEG-03, NEG-04, NEG-05
TEST(ClientResponse, Subprotocols) {
  const std::string_view offers[] = {"a", "b"};
  ClientOptions options;
  options.subprotocols = Span<const std::string_view>(offers);
  EXPECT_EQ(respond(head(kGood + "Sec-WebSocket-Protocol: b\r\n"), options).protocol, "b");
  for (const char* answer : {"c", "A", "a, b", "", "a b"}) {
    EXPECT_EQ(respond(head(kGood + "Sec-WebSocket-Protocol: " + answer + "\r\n"), options).error,
              Error::bad_subprotocol);
  }
  const std::string twice = "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: a\r\n";
  EXPECT_EQ(respond(head(kGood + twice), options).error, Error::bad_subprotocol);
  EXPECT_EQ(respond(head(kGood), options).progress, Progress::done);
  options.require_subprotocol = true;
  EXPECT_EQ(respond(head(kGood), options).error, Error::missing_subprotocol);
}

// HTP-15: the longest name that may be offered is one that the response can choose.
TEST(ClientResponse, LongSubprotocol) {
  const std::string name(kMaxSubprotocol + 1, 'p');
  const std::string_view too_long = name;
  const std::string_view longest = too_long.substr(1);
  ClientOptions options;
  options.subprotocols = Span<const std::string_view>(&too_long, 1);
  EXPECT_EQ(detail::ClientHandshake::check(options), Status::bad_subprotocol);
  options.subprotocols = Span<const std::string_view>(&longest, 1);
  EXPECT_EQ(detail::ClientHandshake::check(options), Status::ok);
  const std::string answer = "Sec-WebSocket-Protocol: " + std::string(longest) + "\r\n";
  EXPECT_EQ(respond(head(kGood + answer), options).protocol, longest);
}

// HTP-14
TEST(ClientResponse, Interim) {
  std::string interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\nUpgrade: nonsense\r\n\r\n";
  EXPECT_EQ(respond(interim + head(kGood)).progress, Progress::done);
  std::string many;
  for (unsigned i = 0; i < detail::kMaxInterim; ++i) many += "HTTP/1.1 100 x\r\n\r\n";
  EXPECT_EQ(respond(many + head(kGood)).progress, Progress::done);
  EXPECT_EQ(respond(many + "HTTP/1.1 100 x\r\n\r\n" + head(kGood)).error, Error::too_many_interim);
}

// HTP-15: 64 KiB of fields and ten thousand of them cost no memory, so their number has no cap but that of the head's
// size; a line without an end, and a head that is too large.
TEST(ClientResponse, Sizes) {
  std::string large;
  for (int i = 0; i < 16; ++i) large += "Set-Cookie: " + std::string(4000, 'c') + "\r\n";
  EXPECT_EQ(respond(head(large + kGood)).progress, Progress::done);
  std::string many;
  for (int i = 0; i < 10000; ++i) many += "X: y\r\n";
  EXPECT_EQ(respond(head(many + kGood)).progress, Progress::done);
  EXPECT_EQ(respond(head("X: " + std::string(1 << 20, 'x') + "\r\n" + kGood)).error, Error::head_too_large);
  EXPECT_EQ(respond("HTTP/1.1 101 x\r\nX: " + std::string(200000, 'x')).error, Error::head_too_large);
  EXPECT_EQ(respond(head(kUpgrade + kAcceptLine + "Connection: " + std::string(200, 'x') + ", upgrade\r\n")).error,
            Error::header_line_too_long);
  ClientOptions options;
  options.max_head_size = static_cast<std::uint32_t>(head(kGood).size());
  EXPECT_EQ(respond(head(kGood), options).progress, Progress::done);
  --options.max_head_size;
  EXPECT_EQ(respond(head(kGood), options).error, Error::head_too_large);
}

// REQ-12
TEST(ConnectGate, OneAtATime) {
  test::MemoryLink first_link, second_link;
  std::array<std::uint8_t, 256> first_ring{}, second_ring{};
  test::TestEntropy entropy;
  WebSocket first(first_link, entropy.entropy(), MutBytes(first_ring));
  WebSocket second(second_link, entropy.entropy(), MutBytes(second_ring));
  ConnectGate gate;
  const ClientOptions options;
  EXPECT_EQ(gate.connect(first, "ws://a/", options, {1}), Status::ok);
  EXPECT_EQ(gate.connect(second, "ws://b/", options, {1}), Status::would_block);
  EXPECT_EQ(first.close(), Status::ok);
  EXPECT_EQ(gate.connect(second, "ws://b/", options, {2}), Status::ok);
  Event event;
  while (first.poll({3}, event)) continue;
  EXPECT_EQ(gate.connect(first, "ws://a/"_url, options, {3}), Status::would_block);
  EXPECT_EQ(second.close(), Status::ok);
  EXPECT_EQ(gate.connect(first, "ws://a/"_url, options, {4}), Status::ok);
}

}  // namespace
}  // namespace whit
