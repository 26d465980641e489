// The small pieces of the handshake: SHA-1, base64, fields, lines, URLs, names for people.
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

#include "support/sha1.hpp"
#include "whit/close_code.hpp"
#include "whit/detail/base64.hpp"
#include "whit/detail/line_reader.hpp"
#include "whit/error.hpp"
#include "whit/status.hpp"
#include "whit/url.hpp"
#include "wire/fields.hpp"

namespace whit {
namespace {

std::string sha1_hex(const std::string& text) {
  std::array<std::uint8_t, detail::kSha1Size> digest{};
  sha1_of(text, digest.data());
  std::string out;
  for (const std::uint8_t byte : digest) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

TEST(Sha1, KnownDigests) {
  EXPECT_EQ(sha1_hex(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(sha1_hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(sha1_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(sha1_hex(std::string(1000, 'a')), "291e9a6c66994949b57ba5e650361e98fc36b1ba");
}

std::string base64(const std::string& text) {
  std::string out(detail::base64_size(text.size()), '?');
  detail::base64_encode(as_bytes(text), out.data());
  return out;
}

TEST(Base64, Rfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

// NEG-06, REQ-08
TEST(Fields, TokensListsAndNames) {
  EXPECT_TRUE(detail::is_token("a!#$%&'*+-.^_`|~09Z"));
  for (const char c : std::string(" \t,;:\"()/<=>?@[\\]{}\x7f\x80\xff"))
    EXPECT_FALSE(detail::is_token(std::string("a") + c)) << c;
  EXPECT_FALSE(detail::is_token(""));
  EXPECT_TRUE(detail::list_has("keep-alive , UPGRADE", "upgrade"));
  EXPECT_TRUE(detail::list_has(",,upgrade", "upgrade"));
  EXPECT_FALSE(detail::list_has("upgraded, no-upgrade, up grade", "upgrade"));
  EXPECT_FALSE(detail::list_has("", "upgrade"));
  EXPECT_EQ(detail::trim(" \t x y\t "), "x y");
}

// HTP-09, HTP-10: line ends and what may not stand in a line.
TEST(LineReader, EndsAndControls) {
  const auto read = [](const std::string& in, bool lone_lf, std::size_t room, std::string& line, bool& cut) {
    std::array<std::uint8_t, 64> buffer{};
    detail::LineReader reader;
    std::size_t used = 0;
    const auto result = reader.read(as_bytes(in), MutBytes(buffer.data(), room), lone_lf, used);
    line = std::string(reinterpret_cast<char*>(buffer.data()), reader.size());
    cut = reader.cut();
    return result;
  };
  using Result = detail::LineReader::Result;
  std::string line;
  bool cut = false;
  EXPECT_EQ(read("a: b\r\nnext", false, 64, line, cut), Result::line);
  EXPECT_EQ(line, "a: b");
  EXPECT_EQ(read("a\n", true, 64, line, cut), Result::line);
  EXPECT_EQ(read("a\n", false, 64, line, cut), Result::bad);
  EXPECT_EQ(read("a\rb\r\n", true, 64, line, cut), Result::bad);
  EXPECT_EQ(read(std::string("a\0b\r\n", 5), true, 64, line, cut), Result::bad);
  EXPECT_EQ(read("a\x7f\r\n", true, 64, line, cut), Result::bad);
  EXPECT_EQ(read("a\tb\xff\r\n", true, 64, line, cut), Result::line);
  EXPECT_EQ(read("abcdef\r\n", true, 4, line, cut), Result::line);
  EXPECT_EQ(line, "abcd");
  EXPECT_TRUE(cut);
  EXPECT_EQ(read("abc", true, 64, line, cut), Result::more);
}

// URI-01..12
TEST(Url, Accepted) {
  struct {
    const char* text;
    const char* host;
    unsigned port;
    const char* path;
    const char* query;
    bool secure;
  } const cases[] = {
      {"ws://h", "h", 80, "", "", false},
      {"WSS://h/", "h", 443, "/", "", true},
      {"http://h?x=1", "h", 80, "", "x=1", false},
      {"https://h:0080", "h", 80, "", "", true},
      {"ws://h:", "h", 80, "", "", false},
      {"ws://[::1]:8080/", "::1", 8080, "/", "", false},
      {"ws://1.2.3.4/p?", "1.2.3.4", 80, "/p", "", false},
      {"ws://h/p?a?b/c@d:1", "h", 80, "/p", "a?b/c@d:1", false},
      {"ws://a-b.example./%2e%2E/a%2Fb%23", "a-b.example.", 80, "/%2e%2E/a%2Fb%23", "", false},
      {"ws://h:65535", "h", 65535, "", "", false},
  };
  for (const auto& c : cases) {
    Url url;
    ASSERT_EQ(parse_url(c.text, url), UrlError::none) << c.text;
    EXPECT_EQ(url.host, c.host);
    EXPECT_EQ(url.port, c.port) << c.text;
    EXPECT_EQ(url.path, c.path);
    EXPECT_EQ(url.query, c.query);
    EXPECT_EQ(url.secure, c.secure);
  }
}

TEST(Url, Refused) {
  const std::pair<std::string, UrlError> cases[] = {
      {"", UrlError::bad_scheme},
      {"wsx://h/", UrlError::bad_scheme},
      {"ws:/h", UrlError::bad_scheme},
      {"//h", UrlError::bad_scheme},
      {"ftp://h/", UrlError::bad_scheme},
      {"ws://", UrlError::no_host},
      {"ws:///p", UrlError::no_host},
      {"ws://:80/", UrlError::no_host},
      {"ws://?q", UrlError::no_host},
      {"ws://h:0", UrlError::bad_port},
      {"ws://h:65536", UrlError::bad_port},
      {"ws://h:+80", UrlError::bad_port},
      {"ws://h:8x", UrlError::bad_port},
      {"ws://h:4294967376", UrlError::bad_port},
      {"ws://::1/", UrlError::no_host},
      {"ws://[::1/", UrlError::bad_host},
      {"ws://[::1]x/", UrlError::bad_host},
      {"ws://[fe80::1%25e0]/", UrlError::bad_host},
      {"ws://[" + std::string(46, ':') + "]/", UrlError::bad_host},
      {"ws://0x7f.1/", UrlError::bad_host},
      {"ws://127.1/", UrlError::bad_host},
      {"ws://0177.0.0.1/", UrlError::bad_host},
      {"ws://256.1.1.1/", UrlError::bad_host},
      {"ws://good@evil/", UrlError::userinfo},
      {"ws://u:p@h/", UrlError::userinfo},
      {"ws://h/#", UrlError::fragment},
      {"ws://h#a", UrlError::fragment},
      {"ws://h/%", UrlError::bad_percent},
      {"ws://h/%2", UrlError::bad_percent},
      {"ws://h/%zz", UrlError::bad_percent},
      {"ws://h/a b", UrlError::bad_character},
      {"ws://h/\r\nX:", UrlError::bad_character},
      {std::string("ws://h/\0", 8), UrlError::bad_character},
      {"ws://h\\x", UrlError::bad_character},
      {"ws://h/\"", UrlError::bad_character},
      {"ws://h/<", UrlError::bad_character},
      {"ws://h/^", UrlError::bad_character},
      {"ws://b\xc3\xbc.example/", UrlError::bad_character},
      {"ws://h/\xc3\xbc", UrlError::bad_character},
      {"ws://a..b/", UrlError::bad_host},
      {"ws://h!/", UrlError::bad_host},
  };
  for (const auto& [text, error] : cases) {
    Url url;
    EXPECT_EQ(parse_url(text, url), error) << text;
  }
}

TEST(Url, Lengths) {
  Url url;
  const std::string label(63, 'a');
  const std::string host = label + "." + label + "." + label + "." + std::string(61, 'b');
  EXPECT_EQ(parse_url("ws://" + host + "/", url), UrlError::none);
  EXPECT_EQ(parse_url("ws://" + host + "b/", url), UrlError::too_long);
  EXPECT_EQ(parse_url("ws://" + label + "a/", url), UrlError::too_long);
  const std::string prefix = "ws://h/";
  EXPECT_EQ(parse_url(prefix + std::string(kMaxUrlLength - prefix.size(), 'p'), url), UrlError::none);
  EXPECT_EQ(parse_url(prefix + std::string(kMaxUrlLength - prefix.size() + 1, 'p'), url), UrlError::too_long);
}

template <typename T>
void expect_texts(unsigned first, unsigned last, std::set<std::string>& names) {
  for (unsigned value = first; value <= last; ++value) {
    const auto error = static_cast<T>(value);
    const std::string name(to_string(error));
    EXPECT_NE(name, "?") << value;
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_GT(describe(error).size(), 4u) << name;
  }
}

TEST(Texts, EveryCodeHasANameAndASentence) {
  std::set<std::string> names;
  const std::pair<Error, Error> ranges[] = {
      {Error::name_not_found, Error::transport_failed}, {Error::connect_timeout, Error::close_timeout},
      {Error::bad_status_line, Error::request_refused}, {Error::reserved_bits, Error::fragment_flood},
      {Error::tls_failed, Error::tls_failed},           {Error::aborted, Error::entropy_failed}};
  for (const auto& [first, last] : ranges) {
    expect_texts<Error>(static_cast<unsigned>(first), static_cast<unsigned>(last), names);
    EXPECT_EQ(category(first), category(last));
    EXPECT_NE(to_string(category(first)), "none");
  }
  names.clear();
  expect_texts<Status>(0, static_cast<unsigned>(Status::transport_failed), names);
  names.clear();
  expect_texts<UrlError>(0, static_cast<unsigned>(UrlError::bad_percent), names);
}

// CLS-02, CLS-03, CLS-04
TEST(CloseCodes, Matrix) {
  for (unsigned code = 0; code <= 0xFFFF; ++code) {
    const auto c = static_cast<std::uint16_t>(code);
    const bool defined = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
    EXPECT_EQ(may_be_received(c), defined || (code >= 3000 && code < 5000)) << code;
    EXPECT_EQ(may_be_sent(c, false), code == 1000 || (code >= 3000 && code < 5000)) << code;
    EXPECT_TRUE(!may_be_sent(c, true) || may_be_received(c)) << code;
  }
  EXPECT_EQ(close_code_name(1001), "Going Away");
  EXPECT_EQ(close_code_name(3003), "Forbidden");
  EXPECT_EQ(close_code_name(4000), "private use");
  EXPECT_EQ(close_code_name(2000), "unassigned");
}

// CLS-19
TEST(CloseCodes, OfErrors) {
  EXPECT_EQ(close_code_for(Error::masked_frame), 1002);
  EXPECT_EQ(close_code_for(Error::bad_close_code), 1002);
  EXPECT_EQ(close_code_for(Error::bad_utf8), 1007);
  EXPECT_EQ(close_code_for(Error::bad_close_reason), 1007);
  EXPECT_EQ(close_code_for(Error::fragment_flood), 1008);
  EXPECT_EQ(close_code_for(Error::message_too_big), 1009);
  EXPECT_EQ(close_code_for(Error::pong_timeout), 0);
  EXPECT_EQ(close_code_for(Error::bad_accept), 0);
}

}  // namespace
}  // namespace whit
