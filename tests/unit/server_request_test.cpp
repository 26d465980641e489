// What a server takes from a request and what it answers, at the edges (RFC 6455 4.2, RFC 9112 3).
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "whit/server.hpp"

namespace whit {
namespace {

using detail::Progress;

// One exchange with a server, its request in steps of one size and its answer through room of another.
struct Exchange {
  Exchange(ServerHandshake& server, const std::string& text, std::size_t step, std::size_t room) {
    std::uint8_t line[125];
    while (used < text.size() && progress == Progress::more) {
      const std::size_t n = text.size() - used < step ? text.size() - used : step;
      const std::vector<std::uint8_t> piece(text.data() + used, text.data() + used + n);
      std::size_t taken = 0;
      progress = server.read(Bytes(piece.data(), n), MutBytes(line), taken);
      EXPECT_TRUE(taken == n || progress != Progress::more);
      used += taken;
    }
    for (int i = 0; i < 100000 && !server.written() && progress != Progress::more; ++i) {
      std::vector<std::uint8_t> piece(room);
      const std::size_t n = server.write(MutBytes(piece));
      EXPECT_LE(n, room);
      answer.append(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(n));
    }
    EXPECT_EQ(server.written(), progress != Progress::more);
    error = server.error();
    status = server.status();
  }

  Progress progress = Progress::more;
  std::size_t used = 0;
  Error error = Error::none;
  unsigned status = 0;
  std::string answer;
};

constexpr std::size_t kWhole = 1u << 30;

// The whole request, and again byte by byte with one byte of room: the same comes of it.
Exchange hold(const std::string& text, const ServerOptions& options = {}, std::size_t size = 512) {
  std::vector<std::uint8_t> buffer(size);
  ServerHandshake server(MutBytes(buffer.data(), size), options);
  const Exchange whole(server, text, kWhole, kWhole >> 16);
  server.reset();
  const Exchange bytes(server, text, 1, 1);
  EXPECT_EQ(whole.progress, bytes.progress);
  EXPECT_EQ(whole.answer, bytes.answer);
  EXPECT_EQ(to_string(whole.error), to_string(bytes.error));
  return whole;
}

unsigned status_of(const std::string& text, std::size_t size = 512) { return hold(text, {}, size).status; }

const std::string kHost = "Host: h\r\n";
const std::string kRest =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

// SRV-02, SRV-03, SRV-18
TEST(ServerRequest, RequestLines) {
  const std::pair<std::string, unsigned> cases[] = {
      {"GET / HTTP/1.1", 101},
      {"GET /a?b=c/d HTTP/1.1", 101},
      {"GET /%20 HTTP/1.2", 101},
      {"GET / HTTP/1.x", 400},
      {"GET / HTTP/1.", 400},
      {"GET / HTTP/11", 400},
      {"GET / http/1.1", 400},
      {"GET / HTTP/1.11", 400},
      {"GET /", 400},
      {"GET", 400},
      {"GET  / HTTP/1.1", 400},
      {"GET /  HTTP/1.1", 400},
      {"GET / HTTP/1.1 ", 400},
      {" GET / HTTP/1.1", 400},
      {"GET\t/ HTTP/1.1", 400},
      {"GET /\ta HTTP/1.1", 400},
      {"GET /#a HTTP/1.1", 400},
      {"GET /\xc3\xbc HTTP/1.1", 400},
      {"GET * HTTP/1.1", 400},
      {"GET h:80 HTTP/1.1", 400},
      {"G@T / HTTP/1.1", 400},
      {"GET / HTTP/0.9", 505},
      {"GET / HTTP/3.0", 505},
      {"OPTIONS * HTTP/1.1", 405},
      {"CONNECT h:80 HTTP/1.1", 405},
      {std::string(1024, 'M') + " / HTTP/1.1", 400},
  };
  for (const auto& [line, status] : cases) {
    EXPECT_EQ(status_of(line + "\r\n" + kHost + kRest + "\r\n"), status) << line.substr(0, 100);
  }
  EXPECT_EQ(status_of("\r\n\r\nGET / HTTP/1.1\r\n" + kHost + kRest + "\r\n"), 400u);
}

// SRV-09: an absolute-form target has a scheme, and shows its path.
TEST(ServerRequest, AbsoluteForm) {
  struct Seen {
    std::string target, host;
  } seen;
  ServerOptions options;
  options.context = &seen;
  options.on_request = [](void* context, const Request& request) {
    auto& s = *static_cast<Seen*>(context);
    s = {std::string(request.target), std::string(request.host)};
    return Answer();
  };
  const auto request = [&](const std::string& target) {
    seen = {};
    return hold("GET " + target + " HTTP/1.1\r\nHost: other\r\n" + kRest + "\r\n", options).status;
  };
  EXPECT_EQ(request("http://h/chat"), 101u);
  EXPECT_EQ(seen.target + "|" + seen.host, "/chat|h");
  EXPECT_EQ(request("WS://h.example:81/?q"), 101u);
  EXPECT_EQ(seen.target + "|" + seen.host, "/?q|h.example:81");
  EXPECT_EQ(request("ws://[::1]:81"), 101u);
  EXPECT_EQ(seen.target + "|" + seen.host, "/|[::1]:81");
  EXPECT_EQ(request("http://h?x=/y"), 101u);
  EXPECT_EQ(seen.target + "|" + seen.host, "/?x=/y|h");
  EXPECT_EQ(request("/?to=http://evil/"), 101u);
  EXPECT_EQ(seen.target + "|" + seen.host, "/?to=http://evil/|other");
  for (const char* bad : {"http:///chat", "://h/", "a/b?c=http://evil/d", "?x=ws://evil/", "http://u@h/", "http://h:x/",
                          "http://[::1/", "http://a b/"}) {
    EXPECT_EQ(request(bad), 400u) << bad;
    EXPECT_EQ(seen.host, "");
  }
}

// SRV-04
TEST(ServerRequest, Hosts) {
  for (const char* host : {"h", "h:80", "h:", "1.2.3.4:65535", "[::1]", "[2001:db8::1]:443", "a_b.example."}) {
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n" + kRest + "\r\n"), 101u) << host;
  }
  for (const char* host : {"", " ", "a b", "a@b", "[::1", "::1", "[]", "[::1]x", "h:80:80", "h:8x", ":80", "a/b", "a,b",
                           "a#b", "a?b", "a\\b", "h:123456", "a\tb"}) {
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n" + kRest + "\r\n"), 400u) << host;
  }
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + kHost + kRest + "hOST: h\r\n\r\n"), 400u);
}

// SRV-01, SRV-06, SRV-07, SRV-17: a fault that was found stays, whatever comes behind it.
TEST(ServerRequest, FaultsLast) {
  const std::string start = "GET / HTTP/1.1\r\n" + kHost + kRest;
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const std::pair<std::string, unsigned> cases[] = {
      {key, 400},
      {"Content-Length: 5\r\nSec-WebSocket-Version: 13\r\n", 400},
      {"Sec-WebSocket-Version: 13\r\nContent-Length: 5\r\n", 400},
      {"Transfer-Encoding: chunked\r\nSec-WebSocket-Version: 8\r\n", 400},
      {"Content-Length: 0\r\nContent-Length: 0\r\n", 400},
      {"Content-Length:\r\n", 400},
      {"Content-Length: 0, 5\r\n", 400},
      {"Content-Length: -0\r\n", 400},
      {"Transfer-Encoding: identity\r\n", 400},
      {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400},
      {"Sec-WebSocket-Version: 13\r\n", 426},
      {"Origin: https://a\r\nOrigin: https://b\r\n", 400},
      {"Authorization: Basic YTpi\r\nAuthorization: Basic YTpj\r\n", 400},
      {"Content-Length: 00\r\n", 101},
  };
  for (const auto& [fields, status] : cases) EXPECT_EQ(status_of(start + fields + "\r\n"), status) << fields;
}

// SRV-06
TEST(ServerRequest, Keys) {
  const auto status = [](const std::string& key) {
    return status_of("GET / HTTP/1.1\r\n" + kHost +
                     "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
                     key + "\r\n\r\n");
  };
  EXPECT_EQ(status("\t AQIDBAUGBwgJCgsMDQ4PEA== \t"), 101u);
  EXPECT_EQ(status("+/+/+/+/+/+/+/+/+/+/+w=="), 101u);
  for (const char* key : {"", "=", "==", "AQIDBAUGBwgJCgsMDQ4PEA=", "AQIDBAUGBwgJCgsMDQ4PEA",
                          "AQIDBAUGBwgJCgsMDQ4PEA===", "AQIDBAUGBwgJCgsMDQ4P=A==", "AQIDBAUGBwgJ CgsMDQ4PE==",
                          "-_IDBAUGBwgJCgsMDQ4PEA==", "AQIDBAUGBwgJCgsMDQ4PEAAA", "AQIDBAUGBwgJCgsMDQ4PEA==,"}) {
    EXPECT_EQ(status(key), 400u) << key;
  }
  EXPECT_EQ(status(std::string(400, 'A')), 400u);
  EXPECT_EQ(status(std::string(1024, 'A')), 431u);
}

// NEG-06, NEG-07, NEG-09, SRV-13, SRV-14
TEST(ServerRequest, ExtensionLists) {
  const auto status = [](const std::string& value) {
    return status_of("GET / HTTP/1.1\r\n" + kHost + kRest + "Sec-WebSocket-Extensions: " + value + "\r\n\r\n");
  };
  for (const char* good : {"x", "x, y", "x;a", "x;a;b", "x;a=1", "x ; a = 1 , y", "x;a=\"1\"", "x;a=\"1\\0\"", ", x ,",
                           "x;a=\"1\";b,,y", "x\t;\ta\t=\t\"b\"\t"}) {
    EXPECT_EQ(status(good), 101u) << good;
  }
  for (const char* bad :
       {"",       ",",        ",,",        ";",           "x;",           "x;;a",        ";x",       "x; =1",
        "x; a=",  "x; a=,y",  "x; a=\"1",  "x; a=\"\"",   "x; a=\"1 2\"", "x; a=\"1\"2", "x y",      "x=1",
        "x; a b", "x; a=1 2", "x; a=\"\\", "x; a=\"\\\"", "x;a='b'=c",    "\"x\"",       "x; \"a\"", "x/y"}) {
    EXPECT_EQ(status(bad), 400u) << bad;
  }
  EXPECT_EQ(status("x\r\nSec-WebSocket-Extensions: y; a"), 101u);
}

// SRV-16: every size of buffer gives an answer, and the one that needs most gives the right one.
TEST(ServerRequest, BuffersOfEverySize) {
  const std::string text = "GET /some/path HTTP/1.1\r\n" + kHost + kRest + "Origin: https://o.example\r\n\r\n";
  bool accepted = false;
  for (std::size_t size = 1; size <= 160; ++size) {
    const unsigned status = status_of(text, size);
    EXPECT_TRUE(status == 101 || (!accepted && (status == 400 || status == 414 || status == 431))) << size;
    accepted = accepted || status == 101;
  }
  EXPECT_TRUE(accepted);
}

// SRV-16: a line of more than 65535 bytes is not read as another that begins behind them.
TEST(ServerRequest, LargeBuffers) {
  ServerOptions options;
  options.max_head_size = 1u << 20;
  const std::string smuggled = "GET / HTTP/1.1\r\nX: " + std::string(0x10000 - 3, 'x') + kHost + kRest + "\r\n";
  EXPECT_EQ(hold(smuggled, options, 0x20000).status, 400u);
  const std::string path(0x10000, 'p');
  EXPECT_EQ(hold("GET /" + path + " HTTP/1.1\r\n" + kHost + kRest + "\r\n", options, 0x20000).status, 414u);
}

// SRV-21: what follows a refusal is told in full, in order, with any room.
TEST(ServerRequest, AnswersOfTheHook) {
  static Answer given;
  ServerOptions options;
  options.on_request = [](void*, const Request&) { return given; };
  const std::string body(300, 'b');
  given.status = 503;
  given.content_type = "text/html";
  given.body = body;
  given.fields = "Retry-After: 30\r\n";
  const std::string text = "GET / HTTP/1.1\r\n" + kHost + kRest + "\r\n";
  std::vector<std::uint8_t> buffer(512);
  for (std::size_t room = 1; room < 500; ++room) {
    ServerHandshake server(MutBytes(buffer), options);
    const Exchange refused(server, text, kWhole, room);
    ASSERT_EQ(refused.answer,
              "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\nContent-Type: text/html\r\n"
              "Content-Length: 300\r\nConnection: close\r\n\r\n" +
                  body);
    ASSERT_EQ(refused.error, Error::request_refused);
  }
  given = {};
  given.status = 302;
  given.fields = "Location: /x\r\n";
  EXPECT_EQ(hold(text, options).answer,
            "HTTP/1.1 302 \r\nLocation: /x\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n"
            "Connection: close\r\n\r\n");
}

// SRV-20: what comes behind the request is left, be it frames or a second request; the next link starts afresh.
TEST(ServerRequest, LeavesWhatFollows) {
  const std::string text = "GET / HTTP/1.1\r\n" + kHost + kRest + "\r\n";
  std::vector<std::uint8_t> buffer(512);
  const ServerOptions options;
  ServerHandshake server(MutBytes(buffer), options);
  for (const std::string& behind : {std::string("\x81\x81\0\0\0\0x", 7), text, std::string("\r\n")}) {
    for (const std::size_t step : {kWhole, std::size_t{3}}) {
      server.reset();
      const Exchange first(server, text + behind, step, 64);
      EXPECT_EQ(first.progress, Progress::done);
      EXPECT_EQ(first.used, text.size());
    }
  }
  server.reset();
  const Exchange bad(server, "nonsense\r\n\r\n" + text, kWhole, 64);
  EXPECT_EQ(bad.status, 400u);
  server.reset();
  EXPECT_EQ(Exchange(server, text, kWhole, 64).status, 101u);
}

}  // namespace
}  // namespace whit
