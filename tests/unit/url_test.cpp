// The edges of the URL grammar: what is refused is as important as what is taken.
#include "whit/url.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace whit {
namespace {

// Parses from a block of exactly the text's size, so that a read behind its end is seen by a sanitizer.
UrlError parse(const std::string& text, Url* out = nullptr) {
  const std::vector<char> exact(text.begin(), text.end());
  Url url;
  const UrlError error = parse_url({exact.data(), exact.size()}, url);
  if (out != nullptr) *out = url;
  return error;
}

// URI-01
TEST(UrlGrammar, SchemesInAnyCaseAndNoOthers) {
  for (const char* scheme : {"ws", "WS", "wS", "wss", "WsS", "http", "HTTPS"}) {
    EXPECT_EQ(parse(std::string(scheme) + "://h/"), UrlError::none) << scheme;
  }
  for (const char* text : {"w", "ws", "ws:", "ws:/", "wss//h", "ws;//h", "://h", "h", "/", "wsss://h", "xws://h",
                           "file://h", "ws+unix://h", "h:80", "ws:h"}) {
    EXPECT_EQ(parse(text), UrlError::bad_scheme) << text;
  }
}

// URI-02
TEST(UrlGrammar, EveryPort) {
  const std::vector<char> text{'w', 's', ':', '/', '/', 'h', ':'};
  for (unsigned port = 1; port <= 0xFFFF; ++port) {
    Url url;
    const std::string written = std::string(text.begin(), text.end()) + std::to_string(port);
    ASSERT_EQ(parse_url(written, url), UrlError::none);
    ASSERT_EQ(url.port, port);
  }
  for (const char* port : {"0", "00", "65536", "99999", "100000", "-1", " 80", "80:80", "8.0", "0x50",
                           "18446744073709551696", "4294967376", "%38%30"}) {
    EXPECT_NE(parse("ws://h:" + std::string(port) + "/"), UrlError::none) << port;
  }
}

// URI-04
TEST(UrlGrammar, Ipv6Literals) {
  for (const char* host : {"::", "::1", "fe80::1", "2001:DB8::ffff", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4",
                           "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"}) {
    Url url;
    EXPECT_EQ(parse("ws://[" + std::string(host) + "]:81/", &url), UrlError::none) << host;
    EXPECT_TRUE(url.ipv6);
    EXPECT_EQ(url.host.size(), std::string(host).size());
    EXPECT_EQ(url.port, 81);
  }
  for (const char* authority : {"[]",
                                "[",
                                "]",
                                "[::1",
                                "[::1]80",
                                "[::1]]",
                                "[[::1]]",
                                "[g::1]",
                                "[v1.x]",
                                "h[::1]",
                                "[::1].h",
                                "[fe80::1%25eth0]",
                                "[:::]",
                                "[1:2]",
                                "[1::2::3]",
                                "[1:2:3:4:5:6:7:8:9]",
                                "[:1::]",
                                "[1:]",
                                "[12345::]",
                                "[::1.2.3]",
                                "[1.2.3.4]",
                                "[::01.2.3.4]",
                                "[1:2:3:4:5:6:7:8::]",
                                "[1:2:3:4:5:6:7:1.2.3.4]"}) {
    EXPECT_NE(parse("ws://" + std::string(authority) + "/"), UrlError::none) << authority;
  }
}

// URI-05: nothing that an old resolver could read as an address may pass for a name.
TEST(UrlGrammar, Ipv4Literals) {
  for (const char* host : {"0.0.0.0", "127.0.0.1", "255.255.255.255", "10.20.30.40"}) {
    EXPECT_EQ(parse("ws://" + std::string(host)), UrlError::none) << host;
  }
  for (const char* host :
       {"1",        "127",      "2130706433", "0",           "1.2",          "1.2.3",      "1.2.3.4.5",
        "01.2.3.4", "1.2.3.04", "00.0.0.0",   "1.2.3.256",   "1.2.3.1000",   "0x7f000001", "0X7F.0.0.1",
        "h.0x1",    "h.1",      "1.2.3.4.",   "127.0.0.0x1", "017700000001", "127.1.",     "0x"}) {
    EXPECT_EQ(parse("ws://" + std::string(host)), UrlError::bad_host) << host;
  }
}

// URI-05: yet a name may begin with a digit, as the short names of containers do.
TEST(UrlGrammar, NamesThatBeginWithADigit) {
  for (const char* host :
       {"4f5a6b7c8d9e", "1e5", "3d", "3com.example", "1.2.3.4.example", "4x4", "example.3g", "7-up", "0a", "9x0"}) {
    EXPECT_EQ(parse("ws://" + std::string(host) + "/"), UrlError::none) << host;
  }
}

// URI-03, URI-06: the authority ends at the first '/' or '?', and an '@' in it is never a separator.
TEST(UrlGrammar, Authority) {
  EXPECT_EQ(parse("ws://@/"), UrlError::userinfo);
  EXPECT_EQ(parse("ws://u@:80/"), UrlError::userinfo);
  EXPECT_EQ(parse("ws://good.example:80@evil.example/"), UrlError::userinfo);
  EXPECT_EQ(parse("ws://@@h/"), UrlError::userinfo);
  Url url;
  EXPECT_EQ(parse("ws://h/@", &url), UrlError::none);
  EXPECT_EQ(parse("ws://h?@/", &url), UrlError::none);
  EXPECT_EQ(url.path.size(), 0u);
  EXPECT_EQ(url.query.size(), 2u);
  for (const char* host : {".", "..", ".a", "a..b", "a.b..", "%41", "a%2eb", "a,b", "a;b", "a=b", "a&b", "a'b", "a(b",
                           "a!b", "a*b", "a$b", "a+b", "a~b"}) {
    EXPECT_EQ(parse("ws://" + std::string(host) + "/"), UrlError::bad_host) << host;
  }
  EXPECT_EQ(parse("ws://a_b.c-d.E2./"), UrlError::none);
}

// URI-07, URI-09, URI-10, URI-11: every byte, in every part of a URL.
TEST(UrlGrammar, EveryByteInEveryPart) {
  const std::string never("\"<>\\^`{|}#%");
  for (unsigned value = 0; value < 256; ++value) {
    const char c = static_cast<char>(value);
    const bool allowed = value > 0x20 && value < 0x7F && never.find(c) == std::string::npos;
    for (const char* start : {"ws://h/a", "ws://h/a?b"}) {
      EXPECT_EQ(parse(start + std::string(1, c) + "c") == UrlError::none, allowed) << start << value;
    }
    if (allowed) continue;
    for (const char* start : {"", "w", "ws://", "ws://h", "ws://h:8"}) {
      const UrlError error = parse(start + std::string(1, c) + "zz/");
      EXPECT_EQ(error, c == '#'   ? UrlError::fragment
                       : c == '%' ? UrlError::bad_percent
                                  : UrlError::bad_character)
          << start << value;
    }
  }
  for (const char* good : {"%00", "%fF", "%0d%0a", "%25", "%C3%BC"}) {
    EXPECT_EQ(parse("ws://h/" + std::string(good)), UrlError::none) << good;
    EXPECT_EQ(parse("ws://h/?" + std::string(good)), UrlError::none) << good;
  }
  for (const char* bad : {"%", "%f", "%%41", "%4", "%4g", "%g4", "%+1", "%-1"}) {
    EXPECT_EQ(parse("ws://h/" + std::string(bad)), UrlError::bad_percent) << bad;
  }
}

// URI-12
TEST(UrlGrammar, LengthsAroundTheirCaps) {
  const auto host = [](std::size_t size) {
    std::string name(size, 'a');
    for (std::size_t i = 50; i + 1 < size; i += 51) name[i] = '.';
    return "ws://" + name + ":80/";
  };
  EXPECT_EQ(parse(host(kMaxHostLength - 1)), UrlError::none);
  EXPECT_EQ(parse(host(kMaxHostLength)), UrlError::none);
  EXPECT_EQ(parse(host(kMaxHostLength + 1)), UrlError::too_long);
  for (const char* tail : {"", ".", ".b", ":1", "/"}) {
    EXPECT_EQ(parse("ws://x." + std::string(kMaxLabelLength - 1, 'a') + tail), UrlError::none) << tail;
    EXPECT_EQ(parse("ws://x." + std::string(kMaxLabelLength, 'a') + tail), UrlError::none) << tail;
    EXPECT_EQ(parse("ws://x." + std::string(kMaxLabelLength + 1, 'a') + tail), UrlError::too_long) << tail;
  }
  for (const std::string start : {"ws://h/", "ws://h/?"}) {
    EXPECT_EQ(parse(start + std::string(kMaxUrlLength - 1 - start.size(), 'p')), UrlError::none);
    EXPECT_EQ(parse(start + std::string(kMaxUrlLength - start.size(), 'p')), UrlError::none);
    EXPECT_EQ(parse(start + std::string(kMaxUrlLength + 1 - start.size(), 'p')), UrlError::too_long);
  }
  EXPECT_EQ(parse("ws://h:" + std::string(8000, '0') + "80"), UrlError::none);
}

}  // namespace
}  // namespace whit
