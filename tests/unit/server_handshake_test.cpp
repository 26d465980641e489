// The server's side of the handshake, driven directly.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "whit/server.hpp"

namespace whit {
namespace {

using detail::Progress;

struct Outcome {
  Progress progress = Progress::more;
  Error error = Error::none;
  std::string answer;
  std::string protocol;
  std::size_t used = 0;
  [[nodiscard]] unsigned status() const {
    return answer.size() > 12 ? static_cast<unsigned>(std::stoi(answer.substr(9, 3))) : 0;
  }
};

Outcome answer_in_steps(const std::string& text, const ServerOptions& options, std::size_t cut, std::size_t step,
                        std::size_t buffer_size, std::size_t room) {
  std::vector<std::uint8_t> buffer(buffer_size);
  ServerHandshake handshake{MutBytes(buffer), options};
  std::array<std::uint8_t, 125> line{};
  Outcome outcome;
  while (outcome.used < text.size() && outcome.progress == Progress::more) {
    std::size_t n = outcome.used < cut ? cut - outcome.used : text.size() - outcome.used;
    if (step != 0 && n > step) n = step;
    const auto start = text.begin() + static_cast<std::ptrdiff_t>(outcome.used);
    const std::vector<std::uint8_t> exact(start, start + static_cast<std::ptrdiff_t>(n));
    std::size_t used = 0;
    outcome.progress = handshake.read(Bytes(exact.data(), exact.size()), MutBytes(line), used);
    outcome.used += used;
  }
  outcome.error = handshake.error();
  outcome.protocol = handshake.protocol();
  if (outcome.progress == Progress::more) return outcome;
  for (int i = 0; i < 100000 && !handshake.written(); ++i) {
    std::vector<std::uint8_t> piece(room);
    const std::size_t n = handshake.write(MutBytes(piece));
    outcome.answer.append(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(n));
  }
  EXPECT_TRUE(handshake.written());
  return outcome;
}

// SRV-01: the same at every split.
Outcome answer(const std::string& text, const ServerOptions& options = {}, std::size_t buffer = 512) {
  const Outcome whole = answer_in_steps(text, options, 0, 0, buffer, 4096);
  const auto expect_same = [&](const Outcome& other) {
    EXPECT_EQ(whole.progress, other.progress) << text.substr(0, 300);
    EXPECT_EQ(whole.answer, other.answer);
    EXPECT_EQ(whole.protocol, other.protocol);
  };
  expect_same(answer_in_steps(text, options, 0, 1, buffer, 1));
  for (std::size_t cut = 1; cut < text.size() && text.size() < 2000; ++cut) {
    expect_same(answer_in_steps(text, options, cut, 0, buffer, 7));
  }
  return whole;
}

const std::string kLine = "GET /chat HTTP/1.1\r\n";
const std::string kHost = "Host: h.example\r\n";
const std::string kUpgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
const std::string kVersion = "Sec-WebSocket-Version: 13\r\n";
const std::string kKey = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const std::string kGood = kLine + kHost + kUpgrade + kVersion + kKey;

// SRV-11, SRV-05, SRV-06, SRV-09, SRV-13, SRV-18, SRV-20
TEST(ServerHandshake, Accepts) {
  const std::string answer_text =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
  const std::string good[] = {
      kGood + "\r\n",
      "\r\n" + kGood + "\r\n",
      kLine + "HOST:h\r\nupgrade: IRC/6.9, WebSocket\r\nConnection: keep-alive\r\nConnection: x, upgrade\r\n" +
          kVersion + "Sec-WebSocket-Key: \t dGhlIHNhbXBsZSBub25jZQ== \r\nX: \xff\r\nUser-Agent: " +
          std::string(600, 'u') + "\r\n\r\n",
      "GET http://h/chat HTTP/1.1\r\nHost: other\r\n" + kUpgrade + kVersion + kKey + "\r\n",
      kGood +
          "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x; a=\"b\\c\"\r\nContent-Length: "
          "0\r\n\r\n",
  };
  for (const std::string& text : good) {
    const Outcome outcome = answer(text);
    EXPECT_EQ(outcome.progress, Progress::done) << text;
    EXPECT_EQ(outcome.answer, answer_text);
    EXPECT_EQ(answer_in_steps(text + "\x81\x80", {}, 0, 0, 512, 99).used, text.size());
  }
  // Erratum 3150: the pad bits of the key may be anything.
  EXPECT_EQ(
      answer(kLine + kHost + kUpgrade + kVersion + "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC==\r\n\r\n").progress,
      Progress::done);
}

// SRV-02..08, SRV-14..18, HTP-06, HTP-07, HTP-09, NEG-06, NEG-07, NEG-09
TEST(ServerHandshake, Refuses) {
  const auto with = [](const std::string& fields) { return kGood + fields + "\r\n"; };
  const std::string rest = kHost + kUpgrade + kVersion + kKey + "\r\n";
  const std::pair<std::string, unsigned> cases[] = {
      {"POST / HTTP/1.1\r\n" + rest, 405},
      {"get / HTTP/1.1\r\n" + rest, 405},
      {"HEAD / HTTP/1.1\r\n" + rest, 405},
      {std::string(200, 'M') + " / HTTP/1.1\r\n" + rest, 405},
      {"GET / HTTP/1.0\r\n" + rest, 426},
      {"GET / HTTP/2.0\r\n" + rest, 505},
      {"PRI * HTTP/2.0\r\n\r\n", 505},
      {"GET /a b HTTP/1.1\r\n" + rest, 400},
      {"GET / HTTP/1.1x\r\n" + rest, 400},
      {"GET  HTTP/1.1\r\n" + rest, 400},
      {"GET chat HTTP/1.1\r\n" + rest, 400},
      {"\x16\x03\x01\x02\r\n\r\n", 400},
      {"nonsense\r\n\r\n", 400},
      {kLine + kUpgrade + kVersion + kKey + "\r\n", 400},
      {with(kHost), 400},
      {kLine + "Host: a b\r\n" + kUpgrade + kVersion + kKey + "\r\n", 400},
      {kLine + "Host: a@b\r\n" + kUpgrade + kVersion + kKey + "\r\n", 400},
      {kLine + "Host: [::1\r\n" + kUpgrade + kVersion + kKey + "\r\n", 400},
      {kLine + kHost + kVersion + kKey + "\r\n", 426},
      {kLine + kHost + "Upgrade: websocket\r\n" + kVersion + kKey + "\r\n", 426},
      {kLine + kHost + kUpgrade + kVersion + "\r\n", 400},
      {with(kKey), 400},
      {kLine + kHost + kUpgrade + kVersion + "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4P\r\n\r\n", 400},
      {kLine + kHost + kUpgrade + kVersion + "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEBE=\r\n\r\n", 400},
      {kLine + kHost + kUpgrade + kVersion + "Sec-WebSocket-Key: !QIDBAUGBwgJCgsMDQ4PEA==\r\n\r\n", 400},
      {kLine + kHost + kUpgrade + kKey + "\r\n", 426},
      {kLine + kHost + kUpgrade + kKey + "Sec-WebSocket-Version: 8\r\n\r\n", 426},
      {kLine + kHost + kUpgrade + kKey + "Sec-WebSocket-Version: 013\r\n\r\n", 426},
      {kLine + kHost + kUpgrade + kKey + "Sec-WebSocket-Version: 13, 8\r\n\r\n", 426},
      {with(kVersion), 426},
      {with("Sec-WebSocket-Protocol: ,\r\n"), 400},
      {with("Sec-WebSocket-Protocol:\r\n"), 400},
      {with("Sec-WebSocket-Protocol: a b\r\n"), 400},
      {with("Sec-WebSocket-Extensions: x; =\r\n"), 400},
      {with("Sec-WebSocket-Extensions: x;\r\n"), 400},
      {with("Sec-WebSocket-Extensions: ;x\r\n"), 400},
      {with("Sec-WebSocket-Extensions: x; a=\r\n"), 400},
      {with("Sec-WebSocket-Extensions: x; a=\"1\r\n"), 400},
      {with("Sec-WebSocket-Extensions: x; a=\"1 2\"\r\n"), 400},
      {with("Sec-WebSocket-Extensions: x y\r\n"), 400},
      {with("Sec-WebSocket-Extensions: ,,\r\n"), 400},
      {with("Host : h\r\n"), 400},
      {with("X: a\r\n folded\r\n"), 400},
      {with("X: a\rb\r\n"), 400},
      {with(std::string("X: a\0b\r\n", 8)), 400},
      {kLine + "Host: h\n" + kUpgrade + kVersion + kKey + "\r\n", 400},
      {with("Content-Length: 5\r\n"), 400},
      {with("Transfer-Encoding: chunked\r\n"), 400},
  };
  for (const auto& [text, status] : cases) {
    const Outcome outcome = answer(text);
    EXPECT_EQ(outcome.progress, Progress::failed) << text;
    EXPECT_EQ(outcome.status(), status) << text;
    EXPECT_EQ(outcome.error, Error::bad_request);
    // SRV-21
    EXPECT_NE(outcome.answer.find("\r\nContent-Length: "), std::string::npos);
    EXPECT_NE(outcome.answer.find("close\r\n\r\n"), std::string::npos);
    if (status == 405) {
      EXPECT_NE(outcome.answer.find("\r\nAllow: GET\r\n"), std::string::npos);
    }
    if (status == 426) {
      EXPECT_NE(outcome.answer.find("\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"), std::string::npos);
      EXPECT_NE(outcome.answer.find("\r\nConnection: Upgrade"), std::string::npos);
    }
  }
}

// SRV-16
TEST(ServerHandshake, Sizes) {
  const std::string rest = " HTTP/1.1\r\n" + kHost + kUpgrade + kVersion + kKey + "\r\n";
  EXPECT_EQ(answer("GET /" + std::string(64 * 1024, 'p') + rest).status(), 414u);
  EXPECT_EQ(answer("GET /" + std::string(480, 'p') + rest).status(), 431u);
  EXPECT_EQ(answer("GET /" + std::string(300, 'p') + rest).progress, Progress::done);
  EXPECT_EQ(answer(kLine + "Origin: " + std::string(64 * 1024, 'o') + "\r\n\r\n").status(), 431u);
  std::string many = kGood;
  for (int i = 0; i < 10000; ++i) many += "X: y\r\n";
  EXPECT_EQ(answer(many + "\r\n").progress, Progress::done);
  EXPECT_EQ(answer(kLine + "X: " + std::string(200 * 1024, 'x')).status(), 431u);
}

// SRV-12
TEST(ServerHandshake, Subprotocols) {
  const std::string_view ours[] = {"best", "good"};
  ServerOptions options;
  options.subprotocols = Span<const std::string_view>(ours);
  const auto chosen = [&](const std::string& fields) { return answer(kGood + fields + "\r\n", options); };
  EXPECT_EQ(chosen("Sec-WebSocket-Protocol: good, best\r\n").protocol, "best");
  EXPECT_EQ(chosen("Sec-WebSocket-Protocol: x\r\nSec-WebSocket-Protocol: good\r\n").protocol, "good");
  EXPECT_NE(chosen("Sec-WebSocket-Protocol: good\r\n").answer.find("\r\nSec-WebSocket-Protocol: good\r\n"),
            std::string::npos);
  for (const char* fields : {"", "Sec-WebSocket-Protocol: GOOD\r\n"}) {
    EXPECT_EQ(chosen(fields).progress, Progress::done);
    EXPECT_EQ(chosen(fields).answer.find("Protocol: "), std::string::npos) << chosen(fields).answer;
  }
}

// SRV-03, SRV-09, SRV-10, SRV-19
TEST(ServerHandshake, Hook) {
  struct Seen {
    std::string target, host, origin, authorization, cookie;
    bool upgrade = false;
    int calls = 0;
    Answer answer;
  } seen;
  ServerOptions options;
  options.context = &seen;
  options.on_request = [](void* context, const Request& request) {
    auto& s = *static_cast<Seen*>(context);
    ++s.calls;
    s.target = request.target;
    s.host = request.host;
    s.origin = request.origin;
    s.authorization = request.authorization;
    s.cookie = request.cookie;
    s.upgrade = request.upgrade;
    return s.answer;
  };
  const auto once = [&](const std::string& text) { return answer_in_steps(text, options, 0, 0, 512, 4096); };
  EXPECT_EQ(once(kGood + "Origin: https://o\r\nCookie: a=b\r\nAuthorization: Bearer t\r\n\r\n").progress,
            Progress::done);
  EXPECT_EQ(seen.target + "|" + seen.host + "|" + seen.origin + "|" + seen.authorization + "|" + seen.cookie,
            "/chat|h.example|https://o|Bearer t|a=b");
  EXPECT_TRUE(seen.upgrade);
  once("GET http://abs.example:81/x?y HTTP/1.1\r\n" + kHost + "\r\n");
  EXPECT_EQ(seen.target + "|" + seen.host, "/x?y|abs.example:81");
  EXPECT_FALSE(seen.upgrade);
  seen.answer.status = 403;
  seen.answer.body = "no";
  seen.answer.fields = "X-Why: because\r\n";
  Outcome refused = once(kGood + "Origin: https://evil\r\n\r\n");
  EXPECT_EQ(refused.error, Error::request_refused);
  EXPECT_EQ(refused.answer,
            "HTTP/1.1 403 Forbidden\r\nX-Why: because\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n"
            "Connection: close\r\n\r\nno");
  const int before = seen.calls;
  EXPECT_EQ(once("POST / HTTP/1.1\r\n" + kHost + "\r\n").status(), 405u);
  EXPECT_EQ(seen.calls, before);
  seen.answer = {};
  EXPECT_EQ(once(kLine + kHost + "\r\n").status(), 426u);
  EXPECT_EQ(once(kGood + "Expect: 100-continue\r\n\r\n").answer.rfind("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 ", 0),
            0u);
}

}  // namespace
}  // namespace whit
