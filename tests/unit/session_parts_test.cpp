// The parts of a Session by themselves: dates, Locations, the policy.
#include <gtest/gtest.h>

#include <string>

#include "support/block.hpp"
#include "whit/detail/backoff.hpp"
#include "whit/detail/dates.hpp"
#include "whit/detail/location.hpp"
#include "whit/policy.hpp"

namespace whit::test {
namespace {

// RFC 9110 5.6.7
TEST(HttpTime, dates) {
  using detail::parse_http_date;
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777u);
  EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:01 GMT"), 1u);
  EXPECT_EQ(parse_http_date("Sat, 29 Feb 2020 12:00:00 GMT"), 1582977600u);
  EXPECT_EQ(parse_http_date("Fri, 31 Dec 2099 23:59:59 GMT"), 4102444799u);
  EXPECT_EQ(parse_http_date("Tue, 29 Feb 2028 00:00:00 GMT"), 1835395200u);
  EXPECT_EQ(parse_http_date("Thu, 29 Feb 2029 00:00:00 GMT"), 0u);
  EXPECT_EQ(parse_http_date("Thu, 31 Apr 2029 00:00:00 GMT"), 0u);
  EXPECT_EQ(parse_http_date("Fri, 32 Dec 2027 00:00:00 GMT"), 0u);
  for (const char* bad :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Xxx 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:4x:37 GMT",
        "Sun, 06 Nov 1969 08:49:37 GMT", "Sun; 06 Nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(parse_http_date(bad), 0u) << bad;
  }
}

// RFC 9110 10.2.3
TEST(HttpTime, retry_after) {
  using detail::parse_retry_after;
  EXPECT_EQ(parse_retry_after("120", 0), 120u);
  EXPECT_EQ(parse_retry_after("0", 0), 0u);
  EXPECT_EQ(parse_retry_after("99999999999999999999999", 0), 0xFFFFFFFFu);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 784111777 - 60), 60u);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 784111777 + 60), 0u);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 0), 0u) << "a date is of no use without a clock";
  for (const char* bad : {"", "-1", "1.5", "12 ", "soon"}) EXPECT_EQ(parse_retry_after(bad, 1000), 0u) << bad;
}

std::string resolve(std::string_view base, std::string_view location, std::size_t room = 200) {
  std::vector<std::uint8_t> out(room);
  const std::size_t n = detail::resolve_location(base, location, MutBytes(out.data(), out.size()));
  return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(n)};
}

// The examples of RFC 3986 5.4, as far as they are about authorities and paths.
TEST(Location, references_of_rfc_3986) {
  const char* base = "ws://a/b/c/d;p?q";
  const std::pair<const char*, const char*> cases[] = {{"g", "ws://a/b/c/g"},
                                                       {"./g", "ws://a/b/c/g"},
                                                       {"g/", "ws://a/b/c/g/"},
                                                       {"/g", "ws://a/g"},
                                                       {"//g", "ws://g"},
                                                       {"?y", "ws://a/b/c/d;p?y"},
                                                       {"g?y", "ws://a/b/c/g?y"},
                                                       {"#s", "ws://a/b/c/d;p?q"},
                                                       {"g#s", "ws://a/b/c/g"},
                                                       {";x", "ws://a/b/c/;x"},
                                                       {"", "ws://a/b/c/d;p?q"},
                                                       {".", "ws://a/b/c/"},
                                                       {"./", "ws://a/b/c/"},
                                                       {"..", "ws://a/b/"},
                                                       {"../", "ws://a/b/"},
                                                       {"../g", "ws://a/b/g"},
                                                       {"../..", "ws://a/"},
                                                       {"../../", "ws://a/"},
                                                       {"../../g", "ws://a/g"},
                                                       {"../../../g", "ws://a/g"},
                                                       {"/./g", "ws://a/g"},
                                                       {"/../g", "ws://a/g"},
                                                       {"g.", "ws://a/b/c/g."},
                                                       {"..g", "ws://a/b/c/..g"},
                                                       {"./../g", "ws://a/b/g"},
                                                       {"./g/.", "ws://a/b/c/g/"},
                                                       {"g/./h", "ws://a/b/c/g/h"},
                                                       {"g/../h", "ws://a/b/c/h"},
                                                       {"g;x=1/../y", "ws://a/b/c/y"},
                                                       {"g?y/../x", "ws://a/b/c/g?y/../x"}};
  for (const auto& [location, expected] : cases) EXPECT_EQ(resolve(base, location), expected) << location;
}

TEST(Location, whole_urls_and_bare_hosts) {
  EXPECT_EQ(resolve("ws://a:81", "g"), "ws://a:81/g");
  EXPECT_EQ(resolve("ws://a?q", "/g"), "ws://a/g");
  EXPECT_EQ(resolve("wss://[::1]:5/a/b", "c"), "wss://[::1]:5/a/c");
  EXPECT_EQ(resolve("wss://a/b", "https://c.example/d?e#f"), "https://c.example/d?e");
  for (const char* bad : {"ftp://a/", "mailto:x", "ws://", "ws://user@a/", "/a b", "//", "http:relative"}) {
    EXPECT_EQ(resolve("ws://a/b", bad), "") << bad;
  }
}

TEST(Location, what_does_not_fit_is_not_followed) {
  const std::string full = resolve("ws://a/b/c", "../d/e?f");
  EXPECT_EQ(full, "ws://a/d/e?f");
  for (std::size_t room = 0; room < full.size(); ++room) EXPECT_EQ(resolve("ws://a/b/c", "../d/e?f", room), "");
}

TEST(Backoff, windows_grow_without_overflow) {
  using detail::backoff_window;
  EXPECT_EQ(backoff_window(1, 5000, 300000), 5000u);
  EXPECT_EQ(backoff_window(2, 5000, 300000), 10000u);
  EXPECT_EQ(backoff_window(100, 5000, 300000), 300000u);
  EXPECT_EQ(backoff_window(4000000000u, 1, 0xFFFFFFFFu), 0xFFFFFFFFu);
  EXPECT_EQ(backoff_window(1, 5000, 1000), 1000u);
  EXPECT_EQ(backoff_window(0, 5000, 300000), 5000u);
}

TEST(Policy, what_only_somebody_can_mend_is_tried_rarely_or_not_at_all) {
  const auto verdict = [](Error error, std::uint16_t status = 0) {
    Cause cause;
    cause.error = error;
    cause.http_status = status;
    return default_policy(cause);
  };
  EXPECT_EQ(verdict(Error::tls_no_anchor).action, Verdict::Action::stop);
  for (const Error error : {Error::tls_untrusted, Error::tls_expired, Error::tls_wrong_host, Error::tls_pin_mismatch,
                            Error::bad_subprotocol, Error::missing_subprotocol, Error::proxy_auth_required}) {
    EXPECT_EQ(verdict(error).action, Verdict::Action::retry);
    EXPECT_GE(verdict(error).least_ms, 300000u) << to_string(error);
  }
  EXPECT_EQ(verdict(Error::entropy_failed).least_ms, 60000u);
  for (const Error error :
       {Error::name_not_found, Error::connection_refused, Error::connect_timeout, Error::pong_timeout,
        Error::tls_truncated, Error::tls_alert, Error::bad_accept, Error::reserved_bits}) {
    EXPECT_EQ(verdict(error).action, Verdict::Action::retry);
    EXPECT_EQ(verdict(error).least_ms, 0u) << to_string(error);
  }
  EXPECT_GE(verdict(Error::bad_status, 404).least_ms, 300000u);
  EXPECT_EQ(verdict(Error::bad_status, 500).least_ms, 0u);
  EXPECT_EQ(verdict(Error::bad_status, 407).action, Verdict::Action::ask_credentials);
}

}  // namespace
}  // namespace whit::test
