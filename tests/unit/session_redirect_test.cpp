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
                   Field::refusing(redirect("/a")), Field::refusing(redirect("/b")), Field::accepting()};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  EXPECT_EQ(field.delays.size(), 5u);
  EXPECT_GE(field.delays.back(), 5 * kMinute);
  field.live(kHour);
  EXPECT_EQ(field.session().url(), "ws://a.example/x") << "each attempt begins where it was told to";
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

}  // namespace
}  // namespace whit::test
