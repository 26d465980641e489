// RSP-08: redirects, when the application allows them.
#include <gtest/gtest.h>

#include "support/field.hpp"
#include "whit/session.hpp"

namespace whit::test {
namespace {

constexpr std::uint32_t kMinute = 60000;
constexpr std::uint32_t kHour = 60 * kMinute;

std::string redirect(const std::string& to, int status = 302) {
  return std::to_string(status) + " Over there\r\nLocation: " + to;
}

// RSP-08
TEST(SessionRedirect, redirects_are_followed_when_allowed) {
  for (const int status : {301, 302, 303, 307, 308}) {
    Field field;
    field.options.max_redirects = 3;
    field.servers = {Field::refusing(redirect("/y?z=1", status)), Field::accepting()};
    ASSERT_EQ(field.session().start(field.now), Status::ok);
    field.run();
    EXPECT_EQ(field.trace, "error bad_status|close 1006|retry 1|open");
    EXPECT_EQ(field.delays, std::vector<std::uint32_t>{0});
    EXPECT_EQ(field.session().url(), "ws://a.example/y?z=1");
    EXPECT_EQ(field.session().failures(), 0u) << "a hop is no failure";
  }
  Field field;
  field.servers = {Field::refusing(redirect("/y")), Field::accepting()};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  EXPECT_GE(field.delays.at(0), 5 * kMinute) << "not allowed";
}

TEST(SessionRedirect, redirects_end_at_the_limit_and_in_loops) {
  Field field;
  field.options.max_redirects = 4;
  field.servers = {Field::refusing(redirect("/b")), Field::refusing(redirect("/a")), Field::refusing(redirect("/b")),
                   Field::refusing(redirect("/a")), Field::accepting()};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  EXPECT_EQ(field.delays.size(), 4u) << "the loop is seen before the limit";
  EXPECT_GE(field.delays.back(), 5 * kMinute);
  field.live(kHour);
  EXPECT_EQ(field.session().url(), "ws://a.example/x") << "each attempt begins where it was told to";
  Field chain;
  chain.options.max_redirects = 2;
  chain.servers = {Field::refusing(redirect("/b")), Field::refusing(redirect("/c")), Field::refusing(redirect("/d")),
                   Field::accepting()};
  ASSERT_EQ(chain.session().start(chain.now), Status::ok);
  chain.run();
  EXPECT_EQ(chain.delays.size(), 3u) << "no loop, but too long";
  EXPECT_GE(chain.delays.back(), 5 * kMinute);
  Field self;
  self.options.max_redirects = 4;
  self.servers = {Field::refusing(redirect("/x")), Field::accepting()};
  ASSERT_EQ(self.session().start(self.now), Status::ok);
  self.run();
  EXPECT_GE(self.delays.at(0), 5 * kMinute);
}

TEST(SessionRedirect, credentials_stay_with_their_origin) {
  const Header headers[] = {{"X-Key", "secret"}};
  struct {
    const char* to;
    bool same;
  } const cases[] = {{"/y", true},
                     {"http://A.example/y", true},
                     {"ws://a.example:80/y", true},
                     {"ws://a.example:81/y", false},
                     {"ws://b.example/y", false}};
  for (const auto& each : cases) {
    Field field;
    field.client.user = "name";
    field.client.password = "secret";
    field.client.cookie = "secret=1";
    field.client.headers = Span<const Header>(headers);
    field.options.max_redirects = 1;
    field.servers = {Field::refusing(redirect(each.to)), Field::dying(100), Field::accepting()};
    ASSERT_EQ(field.session().start(field.now), Status::ok);
    field.live(kHour);
    ASSERT_EQ(field.requests.size(), 3u) << field.trace;
    EXPECT_EQ(field.requests[1].find("secret") != std::string::npos, each.same) << field.requests[1];
    EXPECT_EQ(field.requests[1].find("Authorization") != std::string::npos, each.same);
    EXPECT_NE(field.requests[2].find("secret"), std::string::npos) << "back at the origin they are sent again";
  }
}

TEST(SessionRedirect, never_from_wss_to_ws_unless_told) {
  for (const bool told : {false, true}) {
    Field field;
    field.link.secure_flag = true;
    field.urls = {"wss://a.example/x"};
    field.options.max_redirects = 1;
    field.options.redirect_to_plain = told;
    field.servers = {Field::refusing(redirect("ws://a.example/y"))};
    ASSERT_EQ(field.session().start(field.now), Status::ok);
    field.run();
    // This transport is TLS, so even when told the hop cannot be made over it.
    EXPECT_GE(field.delays.at(0), 5 * kMinute);
  }
}

// A loop of any length that is entered late is found within three times around.
TEST(SessionRedirect, long_loops_are_found) {
  for (int length = 1; length <= 20; ++length) {
    Field field;
    field.options.max_redirects = 255;
    field.servers.clear();
    for (int i = 0; i < 255; ++i) {
      const int at = i < 3 ? i : 3 + (i - 3) % length;
      field.servers.push_back(Field::refusing(redirect("/hop" + std::to_string(at))));
    }
    ASSERT_EQ(field.session().start(field.now), Status::ok);
    field.run();
    EXPECT_LE(field.delays.size(), static_cast<std::size_t>(3 * (length + 3) + 2)) << length;
    EXPECT_GE(field.delays.back(), 5 * kMinute) << length;
  }
}

// The same link, as TLS is the same TCP.
class OtherScheme final : public Transport {
 public:
  OtherScheme(Transport& below, bool secure) : below_(below), secure_(secure) {}
  Status connect(std::string_view host, std::uint16_t port) override {
    ++connects;
    return below_.connect(host, port);
  }
  Link poll(Instant now) override { return below_.poll(now); }
  MutBytes rx() override { return below_.rx(); }
  void rx_consume(std::size_t n) override { below_.rx_consume(n); }
  std::size_t tx(Bytes front) override { return below_.tx(front); }
  [[nodiscard]] std::size_t tx_held() const override { return below_.tx_held(); }
  void close(How how) override { below_.close(how); }
  [[nodiscard]] Error error() const override { return below_.error(); }
  [[nodiscard]] Deadline next_deadline() const override { return below_.next_deadline(); }
  [[nodiscard]] bool secure() const override { return secure_; }
  int connects = 0;

 private:
  Transport& below_;
  bool secure_;
};

// RSP-08: from http to https, as most servers have it, and back at the next attempt.
TEST(SessionRedirect, goes_over_the_other_transport) {
  Field field;
  OtherScheme tls(field.link, true);
  field.options.other_transport = &tls;
  field.options.max_redirects = 1;
  field.servers = {Field::refusing(redirect("https://a.example/y")), Field::dying(100), Field::accepting()};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  EXPECT_EQ(field.trace, "error bad_status|close 1006|retry 1|open");
  EXPECT_EQ(tls.connects, 1);
  EXPECT_TRUE(field.socket().transport().secure());
  field.live(kHour);
  EXPECT_EQ(field.session().url(), "ws://a.example/x");
  EXPECT_EQ(tls.connects, 1);
  EXPECT_FALSE(field.socket().transport().secure());
}

// RSP-08: the way down is taken only when told.
TEST(SessionRedirect, leaves_tls_only_when_told) {
  for (const bool told : {false, true}) {
    Field field;
    field.link.secure_flag = true;
    OtherScheme plain(field.link, false);
    field.options.other_transport = &plain;
    field.urls = {"wss://a.example/x"};
    field.client.bearer = "secret";
    field.options.max_redirects = 1;
    field.options.redirect_to_plain = told;
    field.servers = {Field::refusing(redirect("ws://a.example/y")), Field::accepting()};
    ASSERT_EQ(field.session().start(field.now), Status::ok);
    field.run();
    EXPECT_EQ(plain.connects, told ? 1 : 0);
    EXPECT_EQ(field.delays.at(0) == 0, told);
    EXPECT_EQ(field.requests.back().find("secret") == std::string::npos, told) << "another origin";
  }
}

// URLs of both schemes in one list.
TEST(SessionRedirect, a_list_may_have_both_schemes) {
  Field field;
  OtherScheme tls(field.link, true);
  field.options.other_transport = &tls;
  field.urls = {"ws://a.example/x", "wss://b.example/x"};
  field.options.failures_per_url = 1;
  field.servers = {Field::unreachable(Error::connection_refused), Field::accepting()};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.live(kHour);
  EXPECT_EQ(field.session().url(), "wss://b.example/x");
  EXPECT_EQ(tls.connects, 1);
}

}  // namespace
}  // namespace whit::test
