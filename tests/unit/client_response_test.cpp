// How a client judges a response, at the edges (RFC 6455 4.1, RFC 9112).
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "handshake/accept.hpp"
#include "whit/detail/client_handshake.hpp"

namespace whit {
namespace {

using detail::ClientHandshake;
using detail::Progress;

constexpr char kNonce[] = "the sample nonce";  // the bytes of RFC 6455 1.3's key
constexpr std::size_t kWhole = 1u << 30;

struct Verdict {
  Progress progress = Progress::more;
  Error error = Error::none;
  unsigned status = 0;
  std::string protocol;
  std::size_t used = 0;
};

Verdict judge_in_steps(const std::string& text, const ClientOptions& options, std::size_t step, std::size_t room) {
  Url url;
  EXPECT_EQ(parse_url("ws://h/", url), UrlError::none);
  ClientHandshake handshake(url, options, as_bytes({kNonce, detail::kKeySize}));
  std::vector<std::uint8_t> line(room);
  Verdict v;
  while (v.used < text.size() && v.progress == Progress::more) {
    const std::size_t n = std::min(step, text.size() - v.used);
    const std::vector<std::uint8_t> piece(text.data() + v.used, text.data() + v.used + n);
    std::size_t used = 0;
    v.progress = handshake.read(Bytes(piece.data(), n), MutBytes(line), used);
    EXPECT_TRUE(used == n || v.progress != Progress::more);
    v.used += used;
  }
  v.error = handshake.error();
  v.status = handshake.status();
  v.protocol = handshake.protocol();
  return v;
}

// The same at every size of step, with what stands behind the head left alone.
Verdict judge(const std::string& text, const ClientOptions& options = {}, std::size_t room = 125) {
  const Verdict whole = judge_in_steps(text, options, kWhole, room);
  for (const std::size_t step : {1u, 2u, 3u, 5u, 17u, 64u, 1000u}) {
    const Verdict other = judge_in_steps(text, options, step, room);
    EXPECT_EQ(other.progress, whole.progress) << step;
    EXPECT_EQ(to_string(other.error), to_string(whole.error)) << step;
    EXPECT_TRUE(other.used == whole.used || whole.progress == Progress::failed) << step;
    EXPECT_EQ(other.protocol, whole.protocol) << step;
  }
  return whole;
}

const std::string kStatus = "HTTP/1.1 101 Switching Protocols\r\n";
const std::string kAcceptValue = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
const std::string kAccept = "Sec-WebSocket-Accept: " + kAcceptValue + "\r\n";
const std::string kGood = "Upgrade: websocket\r\nConnection: Upgrade\r\n" + kAccept;

// RSP-04: the example of RFC 6455 1.3.
TEST(ResponseAccept, Vector) {
  char accept[detail::kAcceptSize];
  detail::make_accept("dGhlIHNhbXBsZSBub25jZQ==", accept);
  EXPECT_EQ(std::string(accept, sizeof accept), kAcceptValue);
  EXPECT_EQ(judge(kStatus + kGood + "\r\n").progress, Progress::done);
}

// RSP-04, RSP-05: each character counts, and its case; nothing may be added.
TEST(ResponseAccept, EveryCharacterCounts) {
  const auto error = [](const std::string& value) {
    return judge_in_steps(
               kStatus + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + value + "\r\n\r\n", {},
               kWhole, 125)
        .error;
  };
  for (std::size_t i = 0; i < kAcceptValue.size(); ++i) {
    for (const int flip : {0x20, 0x01}) {
      std::string value = kAcceptValue;
      value[i] = static_cast<char>(value[i] ^ flip);
      if (value[i] > ' ' && value[i] != 0x7F) {
        EXPECT_EQ(error(value), Error::bad_accept) << value;
      }
    }
    EXPECT_EQ(error(kAcceptValue.substr(i + 1)), Error::bad_accept);
  }
  for (const std::string& value :
       {kAcceptValue + "=", kAcceptValue + ",", "=" + kAcceptValue, "\"" + kAcceptValue + "\"", kAcceptValue + " x",
        std::string(28, 'A'), kAcceptValue + ";q=1"}) {
    EXPECT_EQ(error(value), Error::bad_accept) << value;
  }
  EXPECT_EQ(error(" \t" + kAcceptValue + "\t "), Error::none);
}

// HTP-16: the order of the fields does not matter.
TEST(ResponseFields, Shuffled) {
  std::vector<std::string> lines = {"Upgrade: websocket\r\n",
                                    "Connection: keep-alive\r\n",
                                    "Connection: x, Upgrade\r\n",
                                    kAccept,
                                    "Sec-WebSocket-Protocol: b\r\n",
                                    "Server: s\r\n",
                                    "Date: d\r\n",
                                    "Upgrade-Insecure-Requests: 1\r\n"};
  const std::string_view offers[] = {"a", "b"};
  ClientOptions options;
  options.subprotocols = Span<const std::string_view>(offers);
  std::mt19937 random(1);
  for (int i = 0; i < 100; ++i) {
    std::shuffle(lines.begin(), lines.end(), random);
    std::string text = kStatus;
    for (const std::string& line : lines) text += line;
    const Verdict v = judge(text + "\r\n", options);
    ASSERT_EQ(v.progress, Progress::done) << text;
    ASSERT_EQ(v.protocol, "b");
  }
}

// RSP-02, RSP-03, RSP-06, HTP-16: one fault each, in a response that is good but for it.
TEST(ResponseFields, OneFaultEach) {
  const std::string upgrade = "Upgrade: websocket\r\n", connection = "Connection: Upgrade\r\n";
  const std::pair<std::string, Error> cases[] = {
      {upgrade + kGood, Error::bad_upgrade},
      {"Upgrade: websocket, h2c\r\n" + connection + kAccept, Error::bad_upgrade},
      {"Upgrade: websocket,\r\n" + connection + kAccept, Error::bad_upgrade},
      {"Upgrade: web socket\r\n" + connection + kAccept, Error::bad_upgrade},
      {"Upgrade: websocke\r\n" + connection + kAccept, Error::bad_upgrade},
      {"Upgrade-X: websocket\r\n" + connection + kAccept, Error::bad_upgrade},
      {upgrade + "Connection:\r\n" + kAccept, Error::bad_connection},
      {upgrade + "Connection: close\r\n" + kAccept, Error::bad_connection},
      {upgrade + "Connection: \"upgrade\"\r\n" + kAccept, Error::bad_connection},
      {upgrade + "Connection: upgrade;q=1\r\n" + kAccept, Error::bad_connection},
      {upgrade + "Connections: upgrade\r\n" + kAccept, Error::bad_connection},
      {upgrade + connection + "Sec-WebSocket-Accept-X: " + kAcceptValue + "\r\n", Error::bad_accept},
      {kGood + kAccept, Error::bad_accept},
      {kGood + "Sec-WebSocket-Extensions: \r\n", Error::bad_extension},
      {kGood + "sec-websocket-extensions: permessage-deflate, permessage-deflate\r\n", Error::bad_extension},
      {kGood + "Sec-WebSocket-Protocol: chat\r\n", Error::bad_subprotocol},
      {kGood + "Upgrade : x\r\n", Error::bad_header_line},
      {kGood + "X\t: x\r\n", Error::bad_header_line},
      {kGood + "\tfolded\r\n", Error::bad_header_line},
      {kGood + " \r\n", Error::bad_header_line},
      {kGood + "\xc3\xbc: x\r\n", Error::bad_header_line},
      {kGood + "X: a\x01\r\n", Error::bad_header_line},
      {kGood + "X: a\r\r\n", Error::bad_header_line},
  };
  for (const auto& [fields, error] : cases) {
    const Verdict v = judge(kStatus + fields + "\r\n");
    EXPECT_EQ(v.progress, Progress::failed) << fields;
    EXPECT_EQ(to_string(v.error), to_string(error)) << fields;
  }
}

// HTP-02, HTP-03, RSP-01, RSP-11
TEST(ResponseStatus, EveryCode) {
  for (unsigned code = 0; code <= 999; ++code) {
    std::string digits = std::to_string(code);
    digits.insert(0, 3 - digits.size(), '0');
    const Verdict v = judge_in_steps("HTTP/1.1 " + digits + " x\r\n" + kGood + "\r\n\x81\x01x", {}, kWhole, 125);
    const bool interim = code >= 100 && code < 200;
    EXPECT_EQ(v.progress == Progress::done, code == 101) << code;
    EXPECT_EQ(v.status, code);
    EXPECT_EQ(v.error == Error::bad_status, !interim) << code;
  }
  for (const char* line : {"",
                           " ",
                           "HTTP/1.1",
                           "HTTP/1.1 ",
                           "HTTP/1.1 1",
                           "HTTP/1.1  101",
                           "HTTP/1.1\t101",
                           "HTTP/1.1 101x",
                           "HTTP/1.1 101\tx",
                           "HTTP/1.1 +10",
                           "HTTP/1.1 1 01",
                           "HTTP/1.1 0x65",
                           "HTTP/1.x 101",
                           "HTTP/1.10 101",
                           "HTTP/11 101",
                           "HTTP 1.1 101",
                           "Http/1.1 101",
                           "HTTP/0.9 101",
                           "HTTP/2.0 101",
                           " HTTP/1.1 101",
                           "HTTP/1.0 100",
                           "HTTP/1.0 101"}) {
    const Verdict v = judge(std::string(line) + "\r\n" + kGood + "\r\n");
    EXPECT_EQ(to_string(v.error), "bad_status_line") << line;
  }
  EXPECT_EQ(judge("HTTP/1.0 200 x\r\n").error, Error::bad_status);
  EXPECT_EQ(judge("HTTP/1.1 101 " + std::string(5000, 'r') + "\r\n" + kGood + "\r\n").progress, Progress::done);
}

// HTP-12, HTP-13, RSP-12: not a byte behind the head is taken, whatever length it claims.
TEST(ResponseEnd, LeavesTheFrames) {
  const std::string head = kStatus + kGood + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& behind : {std::string("\x81\x01x\x82\x02yz\x81\x05q", 11), std::string("\r\n\r\n"), head}) {
    for (std::size_t step = 1; step < 40; ++step) {
      const Verdict v = judge_in_steps(head + behind, {}, step, 125);
      EXPECT_EQ(v.progress, Progress::done);
      EXPECT_EQ(v.used, head.size());
    }
    EXPECT_EQ(judge(head + behind).used, head.size());
  }
}

// HTP-09: a client takes a lone LF for the end of a line, here, there and everywhere.
TEST(ResponseEnd, LoneLineFeeds) {
  const std::string crlf = kStatus + kGood + "\r\n";
  for (unsigned mask = 0; mask < 32; ++mask) {
    std::string text;
    unsigned line = 0;
    for (const char c : crlf) {
      if (c != '\r' || (mask >> line & 1) == 0) text += c;
      if (c == '\n') ++line;
    }
    EXPECT_EQ(judge(text).progress, Progress::done) << mask;
  }
}

// HTP-14: fields of interim responses mean nothing, and there may be a few but not many.
TEST(ResponseInterim, MeansNothing) {
  const std::string early = "HTTP/1.1 103 Early Hints\r\n" + kGood + "Sec-WebSocket-Protocol: x\r\n\r\n";
  EXPECT_EQ(judge("HTTP/1.1 100\r\n\r\n" + early + kStatus + kGood + "\r\n").progress, Progress::done);
  EXPECT_EQ(judge(early + kStatus + "\r\n").error, Error::bad_upgrade);
  EXPECT_EQ(judge(early + "HTTP/1.1 200 x\r\n").error, Error::bad_status);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "HTTP/1.1 100 x\r\n\r\n";
  EXPECT_EQ(judge(many + kStatus + kGood + "\r\n").error, Error::too_many_interim);
  EXPECT_EQ(judge("HTTP/1.1 100 x\r\ngarbage\r\n\r\n").error, Error::bad_header_line);
}

// HTP-15: what nobody asks for may be of any length, a field that is needed may not; nothing is written behind the
// room.
TEST(ResponseSizes, OfLinesAndHeads) {
  const std::string longest = "X-Policy: " + std::string(65536, 'p') + "\r\n";
  EXPECT_EQ(judge(kStatus + longest + kGood + "\r\n").progress, Progress::done);
  EXPECT_EQ(judge(kStatus + std::string(300, 'n') + ": x\r\n" + kGood + "\r\n").progress, Progress::done);
  for (const char* name :
       {"Upgrade", "Connection", "Sec-WebSocket-Accept", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"}) {
    const std::string text = kStatus + name + ": " + std::string(125, 'x') + "\r\n";
    EXPECT_EQ(judge(text).error, Error::header_line_too_long) << name;
  }
  const std::string head = kStatus + kGood + "\r\n";
  for (const std::uint32_t size :
       std::initializer_list<std::uint32_t>{1, 20, 33, 34, 35, static_cast<std::uint32_t>(head.size() - 1)}) {
    ClientOptions options;
    options.max_head_size = size;
    const Verdict v = judge_in_steps(head, options, 1, 125);
    EXPECT_EQ(v.error, Error::head_too_large) << size;
    EXPECT_EQ(v.used, size + 1);
  }
}

}  // namespace
}  // namespace whit
