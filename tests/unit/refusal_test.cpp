// What is kept of a server's refusal (RSP-07, RSP-09, RSP-10, HTP-17).
#include "whit/refusal.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "whit/detail/client_handshake.hpp"

namespace whit {
namespace {

using detail::Progress;

struct Kept {
  Progress progress = Progress::more;
  std::string all;
  bool truncated = false;
  bool operator==(const Kept& o) const { return progress == o.progress && all == o.all && truncated == o.truncated; }
};

Kept keep_in_steps(const std::string& text, Refusal& refusal, std::size_t cut, std::size_t step) {
  ClientOptions options;
  options.refusal = &refusal;
  Url url;
  EXPECT_EQ(parse_url("ws://h/", url), UrlError::none);
  const std::uint8_t key[16] = {};
  detail::ClientHandshake handshake(url, options, Bytes(key));
  std::uint8_t line[125];
  Kept kept;
  for (std::size_t at = 0; at < text.size() && kept.progress == Progress::more;) {
    std::size_t n = at < cut ? cut - at : text.size() - at;
    if (step != 0 && n > step) n = step;
    const std::vector<std::uint8_t> exact(text.begin() + static_cast<std::ptrdiff_t>(at),
                                          text.begin() + static_cast<std::ptrdiff_t>(at + n));
    std::size_t used = 0;
    kept.progress = handshake.read(Bytes(exact.data(), n), MutBytes(line), used);
    at += used;
  }
  EXPECT_EQ(handshake.error(), Error::bad_status);
  kept.all = std::string(refusal.location()) + "|" + std::string(refusal.retry_after()) + "|" +
             std::string(refusal.www_authenticate()) + "|" + std::string(as_text(refusal.body()));
  if (!refusal.versions().empty()) kept.all += "|" + std::string(refusal.versions());
  kept.truncated = refusal.truncated();
  return kept;
}

template <std::size_t N = 300>
Kept keep(const std::string& text) {
  StaticRefusal<N> refusal;
  const Kept whole = keep_in_steps(text, refusal, 0, 0);
  EXPECT_TRUE(whole == keep_in_steps(text, refusal, 0, 1)) << text;
  for (std::size_t cut = 1; cut < text.size(); ++cut)
    EXPECT_TRUE(whole == keep_in_steps(text, refusal, cut, 0)) << text;
  return whole;
}

// RSP-10: the versions that the server speaks, in one field or in several, with others between them.
TEST(Refusal, Versions) {
  EXPECT_EQ(keep("HTTP/1.1 426 x\r\nSec-WebSocket-Version: 13, 8\r\nContent-Length: 0\r\n\r\n").all, "||||13, 8");
  const Kept several = keep(
      "HTTP/1.1 400 x\r\nsec-websocket-version: 8\r\nRetry-After: 5\r\nSec-WebSocket-Version:7\r\n"
      "Sec-WebSocket-Version: 0 \r\nLocation: ws://b\r\nContent-Length: 2\r\n\r\nno");
  EXPECT_EQ(several.all, "ws://b|5||no|8, 7, 0");
  EXPECT_FALSE(several.truncated);
  // Putting them together takes room; what does not fit is left out.
  const Kept small = keep<40>(
      "HTTP/1.1 400 x\r\nSec-WebSocket-Version: 1111111\r\nSec-WebSocket-Version: 2222222\r\n"
      "Sec-WebSocket-Version: 3333\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(small.all.rfind("||||1111111", 0), 0u) << small.all;
  EXPECT_TRUE(small.truncated);
}

TEST(Refusal, Bodies) {
  struct {
    const char* response;
    const char* kept;
    bool done;
    bool truncated;
  } const cases[] = {
      {"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 4\r\n\r\nbodyrest",
       "||Basic realm=\"x\"|body", true, false},
      {"HTTP/1.1 401 No\r\nWWW-Authenticate: Negotiate\r\nX: y\r\nwww-authenticate: Basic "
       "realm=\"x\"\r\nContent-Length: "
       "0\r\n\r\n",
       "||Negotiate, Basic realm=\"x\"|", true, false},
      {"HTTP/1.1 503 No\r\nRetry-After:\t120 \r\n\r\nuntil the end", "|120||until the end", false, false},
      {"HTTP/1.1 302 x\r\nLocation: ws://b/c?d\r\nContent-Length: 0\r\n\r\n", "ws://b/c?d|||", true, false},
      {"HTTP/1.1 404 x\r\nTransfer-Encoding: chunked\r\nContent-Length: "
       "1\r\n\r\n3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: x\r\n\r\n",
       "|||abc0123456789", true, false},
      {"HTTP/1.1 404 x\r\nContent-Length: 5, 5\r\n\r\nabcde", "|||abcde", true, false},
      {"HTTP/1.1 404 x\r\nContent-Length: 5, 6\r\n\r\nabcde", "|||", true, true},
      {"HTTP/1.1 404 x\r\nContent-Length: -1\r\n\r\nabcde", "|||", true, true},
      {"HTTP/1.1 404 x\r\nContent-Length: 99999999999999999999\r\n\r\nabcde", "|||", true, true},
      {"HTTP/1.1 404 x\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\nabc", "|||", true, true},
      {"HTTP/1.1 404 x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "|||", true, true},
      {"HTTP/1.1 404 x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc", "|||a", true, true},
      {"HTTP/1.1 204 x\r\nContent-Length: 5\r\n\r\nabcde", "|||", true, false},
      {"HTTP/1.1 426 x\r\nSec-WebSocket-Version: 13, 8\r\nContent-Length: 0\r\n\r\n", "||||13, 8", true, false},
      {"HTTP/1.1 500 x\r\nContent-Length: 50\r\n\r\ncut", "|||cut", false, true},
  };
  for (const auto& c : cases) {
    const Kept kept = keep(c.response);
    EXPECT_EQ(kept.all, c.kept) << c.response;
    EXPECT_EQ(kept.progress, c.done ? Progress::failed : Progress::more) << c.response;
    EXPECT_EQ(kept.truncated, c.truncated) << c.response;
  }
}

TEST(Refusal, SmallBuffers) {
  const std::string moved =
      "HTTP/1.1 301 x\r\nLocation: ws://" + std::string(100, 'h') + "/\r\nContent-Length: 3\r\n\r\nabc";
  EXPECT_EQ(keep<64>(moved).all, "|||abc");
  EXPECT_TRUE(keep<64>(moved).truncated);
  const Kept body = keep<64>("HTTP/1.1 500 x\r\n\r\n" + std::string(100, 'b'));
  EXPECT_EQ(body.all, "|||" + std::string(64, 'b'));
  EXPECT_TRUE(body.truncated);
  EXPECT_EQ(body.progress, Progress::failed);
}

}  // namespace
}  // namespace whit
