// What a URL takes for an IPv6 address is what the system takes for one: otherwise connect() would look it up as a
// name.
#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "whit/url.hpp"

namespace whit::conformance {
namespace {

bool in_url(const std::string& host) {
  Url url;
  return parse_url("ws://[" + host + "]/", url) == UrlError::none;
}

bool to_the_system(const std::string& host) {
  in6_addr address;
  return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// URI-04
TEST(PosixUrl, ipv6_as_the_system_has_it) {
  std::mt19937 random(4291);
  const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  const std::string starts[] = {"::",
                                "::1",
                                "1:2:3:4:5:6:7:8",
                                "fe80::a1:b2",
                                "::ffff:192.0.2.33",
                                "1:2:3::7:8:9",
                                "a:b:c:d::",
                                "::2:3:4:5:6:7:8",
                                "1:2:3:4:5:6:1.20.255.0",
                                "64:ff9b::1.2.3.4"};
  const std::string letters = "::::....0012359afF";
  unsigned good = 0;
  for (unsigned i = 0; i < 400000; ++i) {
    std::string host = starts[below(std::size(starts))];
    for (unsigned changes = below(4); changes != 0; --changes) {
      const std::size_t at = below(static_cast<unsigned>(host.size()) + 1);
      const unsigned kind = below(3);
      if (kind != 0 && at < host.size()) host.erase(at, 1 + below(3));
      if (kind != 1) host.insert(std::min(at, host.size()), 1, letters[below(static_cast<unsigned>(letters.size()))]);
    }
    const bool expected = to_the_system(host);
    ASSERT_EQ(in_url(host), expected) << host;
    good += expected ? 1 : 0;
  }
  EXPECT_GT(good, 100000u);
  EXPECT_LT(good, 300000u);
}

}  // namespace
}  // namespace whit::conformance
