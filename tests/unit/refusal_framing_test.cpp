// How the body of a refusal is framed, and what is told about one that ended early (RFC 9112 6.3, 7.1, 8).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "whit/detail/client_handshake.hpp"
#include "whit/refusal.hpp"

namespace whit {
namespace {

using detail::Progress;

// Reads a response in steps of one size; what is not wanted any more is left.
struct Reading {
  Reading(const std::string& response, Refusal& refusal, std::size_t step) {
    ClientOptions options;
    options.refusal = &refusal;
    Url url;
    EXPECT_EQ(parse_url("ws://h/", url), UrlError::none);
    const std::uint8_t key[16] = {};
    detail::ClientHandshake handshake(url, options, Bytes(key));
    std::uint8_t line[125];
    while (used < response.size() && progress == Progress::more) {
      const std::size_t left = response.size() - used;
      const std::vector<std::uint8_t> piece(response.data() + used,
                                            response.data() + used + (left < step ? left : step));
      std::size_t n = 0;
      progress = handshake.read(Bytes(piece.data(), piece.size()), MutBytes(line), n);
      EXPECT_TRUE(n == piece.size() || progress == Progress::failed);
      used += n;
    }
    EXPECT_EQ(handshake.error(), Error::bad_status);
    status = handshake.status();
    body = std::string(as_text(refusal.body()));
  }

  Progress progress = Progress::more;
  std::size_t used = 0;
  unsigned status = 0;
  std::string body;
};

constexpr std::size_t kWhole = 1u << 30;

struct Case {
  const char* fields;
  const char* body;
  const char* kept;
  bool done;
  bool truncated;
};

void expect_cases(const Case* cases, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const Case& c = cases[i];
    const std::string text = std::string("HTTP/1.1 503 No\r\n") + c.fields + "\r\n" + c.body;
    for (const std::size_t step : {kWhole, std::size_t{1}, std::size_t{3}}) {
      StaticRefusal<256> refusal;
      const Reading reading(text, refusal, step);
      EXPECT_EQ(reading.body, c.kept) << text;
      EXPECT_EQ(reading.progress, c.done ? Progress::failed : Progress::more) << text;
      EXPECT_EQ(refusal.truncated(), c.truncated) << text;
    }
  }
}

// HTP-17: Transfer-Encoding beats Content-Length, and a coding that does not end in chunked lasts until the close.
TEST(RefusalFraming, CodingsAndLengths) {
  const Case cases[] = {
      {"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", "3\r\nabc\r\n0\r\n\r\n", "abc", true, false},
      {"Content-Length: 2\r\nTransfer-Encoding: CHUNKED\r\n", "3\r\nabc\r\n0\r\n\r\n", "abc", true, false},
      {"Transfer-Encoding: gzip, chunked\r\n", "3\r\nabc\r\n0\r\n\r\n", "abc", true, false},
      {"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n", "abc", true, false},
      {"Transfer-Encoding: gzip\r\nContent-Length: 2\r\n", "abcdef", "abcdef", false, false},
      {"Content-Length: 2\r\nTransfer-Encoding: identity\r\n", "abcdef", "abcdef", false, false},
      {"Content-Length: 3\r\nContent-Length: 3\r\n", "abcdef", "abc", true, false},
      {"Content-Length: 3\r\nContent-Length: 4\r\n", "abcdef", "", true, true},
      {"Content-Length: 03\r\n", "abcdef", "abc", true, false},
      {"Content-Length: 3,\r\n", "abcdef", "", true, true},
      {"Content-Length:\r\n", "abcdef", "", true, true},
      {"Content-Length: +3\r\n", "abcdef", "", true, true},
      {"Content-Length: 0x3\r\n", "abcdef", "", true, true},
      {"Content-Length: 18446744073709551619\r\n", "abcdef", "", true, true},
  };
  expect_cases(cases, sizeof cases / sizeof *cases);
}

// HTP-17
TEST(RefusalFraming, Chunks) {
  const char* const kChunked = "Transfer-Encoding: chunked\r\n";
  const Case cases[] = {
      {kChunked, "0\r\n\r\n", "", true, false},
      {kChunked, "000\r\n\r\nleft", "", true, false},
      {kChunked, "0003\r\nabc\r\n0\r\n\r\n", "abc", true, false},
      {kChunked, "3;x=\"y\"\r\nabc\r\n0;z\r\nTrailer: t\r\nLocation: ws://never/\r\n\r\n", "abc", true, false},
      {kChunked, "3 \t\r\nabc\r\n0\r\n\r\n", "abc", true, false},
      {kChunked, "\r\n", "", true, true},
      {kChunked, ";x\r\nabc", "", true, true},
      {kChunked, "-1\r\nabc", "", true, true},
      {kChunked, "0x3\r\nabc", "", true, true},
      {kChunked, "3g\r\nabc", "", true, true},
      {kChunked, "10000000000000003\r\nabc", "", true, true},
      {kChunked, "3\r\nabcd\r\n", "abc", true, true},
      {kChunked, "3\rabc", "", true, true},
  };
  expect_cases(cases, sizeof cases / sizeof *cases);
}

// HTP-17, RSP-09: the stream ends before the body does: what came is kept, and more is waited for.
TEST(RefusalFraming, EndsEarly) {
  const std::pair<const char*, const char*> cases[] = {
      {"Content-Length: 6\r\n\r\nabc", "abc"},
      {"Content-Length: 6\r\n\r\n", ""},
      {"Transfer-Encoding: chunked\r\n\r\n", ""},
      {"Transfer-Encoding: chunked\r\n\r\n6\r\nabc", "abc"},
      {"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r", "abc"},
      {"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "abc"},
      {"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", "abc"},
      {"\r\nabc", "abc"},
  };
  for (const auto& [text, kept] : cases) {
    StaticRefusal<256> refusal;
    const Reading reading(std::string("HTTP/1.1 503 No\r\n") + text, refusal, 2);
    EXPECT_EQ(reading.progress, Progress::more) << text;
    EXPECT_EQ(reading.body, kept) << text;
  }
}

// RSP-07, RSP-11: the status is told as it came, with the address that was named; nothing is followed.
TEST(RefusalFields, Redirects) {
  for (const unsigned status : {299u, 300u, 301u, 302u, 303u, 307u, 308u, 401u, 403u, 407u, 471u, 500u, 599u, 999u}) {
    StaticRefusal<256> refusal;
    const Reading reading("HTTP/1.1 " + std::to_string(status) +
                              " x\r\nLOCATION: \t wss://other.example/p?q \r\nLocation: ws://second/\r\n"
                              "Content-Length: 0\r\n\r\n",
                          refusal, 7);
    EXPECT_EQ(reading.status, status);
    EXPECT_EQ(reading.progress, Progress::failed);
    EXPECT_EQ(refusal.location(), "wss://other.example/p?q");
    EXPECT_FALSE(refusal.truncated());
  }
}

// RSP-09: a second link finds nothing of the first.
TEST(RefusalFields, AreForgotten) {
  StaticRefusal<256> refusal;
  const Reading first(
      "HTTP/1.1 401 x\r\nLocation: a\r\nRetry-After: 1\r\nWWW-Authenticate: Basic\r\n"
      "Content-Length: 9, 8\r\n\r\n",
      refusal, kWhole);
  EXPECT_TRUE(refusal.truncated());
  const Reading second("HTTP/1.1 403 x\r\nContent-Length: 2\r\n\r\nno", refusal, kWhole);
  EXPECT_EQ(refusal.location().size() + refusal.retry_after().size() + refusal.www_authenticate().size(), 0u);
  EXPECT_EQ(second.body, "no");
  EXPECT_FALSE(refusal.truncated());
}

// RSP-09: any size of buffer, none included: the prefix that fits, and never a wrong byte.
TEST(RefusalRoom, OfEverySize) {
  const std::string body = "0123456789abcdefghijklmnopqrstuvwxyz";
  const std::string coded =
      "00000000000000000000000A\r\n" + body.substr(0, 10) + "\r\n1a\r\n" + body.substr(10) + "\r\n0\r\n\r\n";
  for (std::size_t room = 0; room <= 120; ++room) {
    for (const std::size_t step : {kWhole, std::size_t{1}}) {
      std::vector<std::uint8_t> buffer(room);
      Refusal counted(MutBytes(buffer.data(), room));
      const std::string fields = "HTTP/1.1 503 x\r\nRetry-After: 7\r\n";
      const Reading plain(fields + "Content-Length: 36\r\n\r\n" + body, counted, step);
      EXPECT_EQ(plain.progress, Progress::failed) << room;
      EXPECT_EQ(plain.body, body.substr(0, plain.body.size()));
      EXPECT_TRUE(counted.truncated() || (plain.body == body && counted.retry_after() == "7")) << room;
      EXPECT_TRUE(counted.retry_after() == "7" || counted.retry_after().empty());

      Refusal chunked(MutBytes(buffer.data(), room));
      const Reading chunks(fields + "Transfer-Encoding: chunked\r\n\r\n" + coded, chunked, step);
      EXPECT_EQ(chunks.progress, Progress::failed) << room;
      EXPECT_EQ(chunks.body, body.substr(0, chunks.body.size())) << room;
      EXPECT_TRUE(chunked.truncated() || (chunks.body == body && chunked.retry_after() == "7")) << room;
    }
  }
}

}  // namespace
}  // namespace whit
