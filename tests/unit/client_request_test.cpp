// The client's request, read back by a parser of its own, and what may be put into it (RFC 6455 4.1).
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "whit/detail/client_handshake.hpp"

namespace whit {
namespace {

using detail::ClientHandshake;

const std::string kKeyBytes = "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10";

std::string written(const std::string& text, const ClientOptions& options = {}, std::size_t room = 1u << 16,
                    const std::string& key = kKeyBytes) {
  Url url;
  EXPECT_EQ(parse_url(text, url), UrlError::none);
  ClientHandshake handshake(url, options, as_bytes(key));
  std::string out;
  for (int i = 0; i < 100000 && !handshake.written(); ++i) {
    std::vector<std::uint8_t> piece(room);
    const std::size_t n = handshake.write(MutBytes(piece.data(), room));
    EXPECT_LE(n, room);
    EXPECT_TRUE(n != 0 || handshake.written());
    out.append(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(n));
  }
  EXPECT_TRUE(handshake.written());
  std::uint8_t more[8];
  EXPECT_EQ(handshake.write(MutBytes(more)), 0u);
  return out;
}

// A strict reading: every line ends with CRLF, no space before the colon, one behind it, nothing after the empty line.
std::multimap<std::string, std::string> fields_of(const std::string& request, std::string& first) {
  std::multimap<std::string, std::string> fields;
  std::size_t at = request.find("\r\n");
  first = request.substr(0, at);
  for (at += 2;;) {
    const std::size_t end = request.find("\r\n", at);
    if (end == std::string::npos) {
      ADD_FAILURE() << "no end";
      return fields;
    }
    if (end == at) {
      EXPECT_EQ(end + 2, request.size());
      return fields;
    }
    const std::string line = request.substr(at, end - at);
    const std::size_t colon = line.find(": ");
    EXPECT_NE(colon, std::string::npos) << line;
    EXPECT_EQ(line.find_first_of(std::string("\r\n\0", 3)), std::string::npos);
    std::string name = line.substr(0, colon);
    EXPECT_EQ(name.find(' '), std::string::npos);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
    fields.emplace(name, line.substr(colon + 2));
    at = end + 2;
  }
}

// REQ-03, REQ-06, REQ-07, REQ-10: no more and no less than the handshake needs.
TEST(RequestFields, OfAPlainRequest) {
  std::string first;
  const auto fields = fields_of(written("ws://h.example:8080/chat?x=1"), first);
  EXPECT_EQ(first, "GET /chat?x=1 HTTP/1.1");
  const std::multimap<std::string, std::string> expected = {{"host", "h.example:8080"},
                                                            {"upgrade", "websocket"},
                                                            {"connection", "Upgrade"},
                                                            {"sec-websocket-version", "13"},
                                                            {"sec-websocket-key", "AQIDBAUGBwgJCgsMDQ4PEA=="}};
  EXPECT_EQ(fields, expected);
}

// REQ-04: the key is the nonce in base64; the last of its 22 digits has no bits to spare.
TEST(RequestFields, Key) {
  for (unsigned value = 0; value < 256; ++value) {
    const std::string nonce(16, static_cast<char>(value));
    std::string first;
    const std::string key = fields_of(written("ws://h/", {}, 100, nonce), first).find("sec-websocket-key")->second;
    ASSERT_EQ(key.size(), 24u);
    EXPECT_EQ(key.substr(22), "==");
    EXPECT_NE(std::string("AQgw").find(key[21]), std::string::npos) << key;
  }
  EXPECT_NE(written("ws://h/", {}, 100, std::string(16, '\0')).find("AAAAAAAAAAAAAAAAAAAAAA==\r\n"), std::string::npos);
  EXPECT_NE(written("ws://h/", {}, 100, std::string(16, '\xff')).find("/////////////////////w==\r\n"),
            std::string::npos);
}

// REQ-02
TEST(RequestFields, Host) {
  const std::pair<const char*, const char*> cases[] = {
      {"ws://h:80", "h"},
      {"wss://h:80", "h:80"},
      {"ws://h:443", "h:443"},
      {"wss://h:443", "h"},
      {"ws://[::1]:81", "[::1]:81"},
      {"wss://[2001:db8::1]", "[2001:db8::1]"},
      {"ws://h:65535", "h:65535"},
      {"ws://h:1", "h:1"},
      {"ws://h:0080", "h"},
      {"ws://H.Example.", "H.Example."},
      {"http://h:443", "h:443"},
      {"https://1.2.3.4", "1.2.3.4"},
  };
  for (const auto& [url, host] : cases) {
    std::string first;
    const auto fields = fields_of(written(url), first);
    EXPECT_EQ(fields.count("host"), 1u);
    EXPECT_EQ(fields.find("host")->second, host) << url;
    EXPECT_EQ(first, "GET / HTTP/1.1");
  }
}

// REQ-14: room of every size gives the same bytes, and a URL of 8000 octets is sent whole.
TEST(RequestRoom, OfEverySize) {
  const std::string_view protocols[] = {"one", "two", "three"};
  const Header headers[] = {{"X-A", "1"}, {"X-B", ""}};
  ClientOptions options;
  options.subprotocols = Span<const std::string_view>(protocols);
  options.headers = Span<const Header>(headers);
  options.origin = "https://o";
  options.cookie = "c=d";
  options.user = "user";
  options.password = "pass word";
  for (const char* url : {"ws://h", "wss://[::1]:8/p/q?r", "ws://h?q"}) {
    const std::string whole = written(url, options);
    std::string first;
    const auto fields = fields_of(whole, first);
    EXPECT_EQ(fields.find("sec-websocket-protocol")->second, "one, two, three");
    EXPECT_EQ(fields.find("authorization")->second, "Basic dXNlcjpwYXNzIHdvcmQ=");
    EXPECT_EQ(fields.size(), 11u);
    for (std::size_t room = 1; room <= whole.size() + 1; ++room) ASSERT_EQ(written(url, options, room), whole) << room;
  }
  const std::string path = "/" + std::string(7900, 'p') + "?" + std::string(91, 'q');
  for (const std::size_t room : {1u, 125u, 9000u}) {
    EXPECT_EQ(written("ws://h" + path, {}, room).substr(0, 4 + path.size() + 9), "GET " + path + " HTTP/1.1");
  }
}

// Basic credentials of every length, against base64 done another way.
TEST(RequestCredentials, OfEveryLength) {
  const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t users = 0; users < 12; ++users) {
    for (std::size_t words = users == 0; words < 12; ++words) {
      const std::string user(users, 'u'), password(words, '\xe9');
      std::string expected;
      unsigned bits = 0, count = 0;
      for (const char c : user + ":" + password) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6) expected += digits[bits >> (count - 6) & 63];
      }
      if (count != 0) expected += digits[bits << (6 - count) & 63];
      while (expected.size() % 4 != 0) expected += '=';
      ClientOptions options;
      options.user = user;
      options.password = password;
      std::string first;
      EXPECT_EQ(fields_of(written("ws://h/", options, 5), first).find("authorization")->second, "Basic " + expected);
    }
  }
}

// REQ-08: each byte in a name and in a value.
TEST(RequestChecks, EveryByteOfAHeader) {
  const std::string token = "!#$%&'*+-.^_`|~";
  for (unsigned value = 0; value < 256; ++value) {
    const char c = static_cast<char>(value);
    const std::string text = "a" + std::string(1, c) + "b";
    const bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool control = (value < 0x20 && c != '\t') || value == 0x7F;
    const bool in_token = letter || (value != 0 && token.find(c) != std::string::npos);
    const auto check = [](const Header& header) {
      ClientOptions options;
      options.headers = Span<const Header>(&header, 1);
      return ClientHandshake::check(options);
    };
    EXPECT_EQ(check({text, "v"}) == Status::ok, in_token) << value;
    EXPECT_EQ(check({"X", text}) == Status::ok, !control) << value;
    // NEG-01
    const std::string_view protocol = text;
    ClientOptions options;
    options.subprotocols = Span<const std::string_view>(&protocol, 1);
    EXPECT_EQ(ClientHandshake::check(options) == Status::ok, in_token) << value;
    // Nothing given by any other way can end a line either.
    for (std::string_view ClientOptions::*const option :
         {&ClientOptions::origin, &ClientOptions::cookie, &ClientOptions::host, &ClientOptions::bearer,
          &ClientOptions::user, &ClientOptions::password}) {
      ClientOptions one;
      one.*option = text;
      if (control) {
        EXPECT_NE(ClientHandshake::check(one), Status::ok) << value;
      }
    }
  }
}

// REQ-09: what the handshake owns cannot be given as a header, in any case; what only looks like it can.
TEST(RequestChecks, OwnedNames) {
  for (const char* name : {"host", "HOST", "uPGRADE", "Connection", "content-length", "TRANSFER-ENCODING", "expect",
                           "Sec-WebSocket-Key", "sec-websocket-version", "SEC-WEBSOCKET-PROTOCOL",
                           "Sec-WebSocket-Extensions", "Sec-WebSocket-Accept", "Sec-WebSocket-"}) {
    const Header header{name, "x"};
    ClientOptions options;
    options.headers = Span<const Header>(&header, 1);
    EXPECT_EQ(ClientHandshake::check(options), Status::bad_header) << name;
  }
  for (const char* name : {"Hosts", "X-Host", "Upgrade-Insecure-Requests", "Sec-WebSocket", "Sec-WebSocke", "Origin",
                           "Cookie", "Authorization", "Content-Type"}) {
    const Header header{name, "x"};
    ClientOptions options;
    options.headers = Span<const Header>(&header, 1);
    EXPECT_EQ(ClientHandshake::check(options), Status::ok) << name;
    std::string first;
    EXPECT_EQ(fields_of(written("ws://h/", options), first).size(), 6u);
  }
  // Nor twice, once as an option and once as a header.
  const Header origin{"ORIGIN", "x"}, authorization{"authorization", "x"};
  ClientOptions options;
  options.headers = Span<const Header>(&origin, 1);
  options.origin = "https://o";
  EXPECT_EQ(ClientHandshake::check(options), Status::bad_header);
  for (std::string_view ClientOptions::*const option :
       {&ClientOptions::bearer, &ClientOptions::user, &ClientOptions::password}) {
    options = {};
    options.headers = Span<const Header>(&authorization, 1);
    options.*option = "t";
    EXPECT_NE(ClientHandshake::check(options), Status::ok);
  }
}

// NEG-01, NEG-02: all different, whatever their case, wherever they stand; the order is kept.
TEST(RequestChecks, SubprotocolsAreDifferent) {
  std::vector<std::string_view> names = {"v2", "v1", "soap", "wamp.2"};
  ClientOptions options;
  options.subprotocols = Span<const std::string_view>(names.data(), names.size());
  EXPECT_EQ(ClientHandshake::check(options), Status::ok);
  std::string first;
  EXPECT_EQ(fields_of(written("ws://h/", options), first).find("sec-websocket-protocol")->second,
            "v2, v1, soap, wamp.2");
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t j = 0; j < names.size(); ++j) {
      if (i == j) continue;
      const std::string_view before = names[i];
      std::string upper(names[j]);
      std::transform(upper.begin(), upper.end(), upper.begin(),
                     [](char c) { return static_cast<char>(std::toupper(c)); });
      names[i] = upper;
      EXPECT_EQ(ClientHandshake::check(options), Status::bad_subprotocol);
      names[i] = before;
    }
  }
  names[3] = "";
  EXPECT_EQ(ClientHandshake::check(options), Status::bad_subprotocol);
}

}  // namespace
}  // namespace whit
