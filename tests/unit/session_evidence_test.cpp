// Session: what must not be forgotten between attempts, and what counts as evidence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/field.hpp"

namespace whit::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

// A transport that could not even start is failed, and only close() leads out of that.
TEST(SessionEvidence, a_transport_that_refused_to_start_is_used_again) {
  Field field;
  field.servers = {Field::accepting()};
  field.link.refuse_connect = true;
  EXPECT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  EXPECT_EQ(field.trace, "retry 2");
  field.link.refuse_connect = false;
  field.live(field.delays.back());
  EXPECT_EQ(field.trace, "retry 2|open");
}

// RSP-08: what a redirect took away is back for the next attempt, even if the way led back to where it began.
TEST(SessionEvidence, credentials_are_back_after_a_round_trip) {
  Field field;
  field.options.max_redirects = 5;
  field.client.bearer = "secret";
  field.servers = {Field::refusing("302 x\r\nLocation: ws://b.example/y"),
                   Field::refusing("302 x\r\nLocation: ws://a.example/x"), Field::refusing("500 x"),
                   Field::accepting()};
  EXPECT_EQ(field.session().start(field.now), Status::ok);
  field.live(60000);
  ASSERT_EQ(field.requests.size(), 4u) << field.trace;
  EXPECT_THAT(field.requests[0], HasSubstr("secret"));
  EXPECT_THAT(field.requests[1], Not(HasSubstr("secret")));
  EXPECT_THAT(field.requests[2], Not(HasSubstr("secret")));
  EXPECT_THAT(field.requests[3], HasSubstr("secret"));
}

// What the application gave when it was asked is not replaced by the old credentials behind a redirect or a stop.
TEST(SessionEvidence, new_credentials_last) {
  Field field;
  field.options.max_redirects = 5;
  field.client.bearer = "old";
  field.options.new_credentials = [](void*, const Cause&, ClientOptions& options) {
    options.bearer = "fresh";
    return true;
  };
  field.servers = {Field::refusing("401 x"), Field::refusing("302 x\r\nLocation: ws://b.example/y"), Field::dying(0),
                   Field::accepting()};
  EXPECT_EQ(field.session().start(field.now), Status::ok);
  field.live(60000);
  ASSERT_EQ(field.requests.size(), 4u) << field.trace;
  EXPECT_THAT(field.requests[0], HasSubstr("old"));
  EXPECT_THAT(field.requests[1], HasSubstr("fresh"));
  EXPECT_THAT(field.requests[2], Not(HasSubstr("Authorization")));
  EXPECT_THAT(field.requests[3], HasSubstr("fresh"));
  EXPECT_EQ(field.session().stop(), Status::ok);
  field.live(1000);
  EXPECT_EQ(field.session().start(field.now), Status::ok);
  field.live(1000);
  ASSERT_EQ(field.requests.size(), 5u);
  EXPECT_THAT(field.requests[4], HasSubstr("fresh"));
}

// RSP-09: a server that refuses whatever it is given sees two attempts.
TEST(SessionEvidence, credentials_are_asked_for_once_until_a_link_opens) {
  Field field;
  field.options.new_credentials = [](void*, const Cause&, ClientOptions&) { return true; };
  field.servers = {Field::refusing("401 x")};
  EXPECT_EQ(field.session().start(field.now), Status::ok);
  field.live(3600000);
  EXPECT_EQ(field.requests.size(), 2u);
  EXPECT_THAT(field.trace, EndsWith("stopped"));

  Field later;  // a token that expires again and again
  later.options.new_credentials = field.options.new_credentials;
  later.servers = {Field::refusing("401 x"), Field::dying(0), Field::refusing("401 x"), Field::accepting()};
  EXPECT_EQ(later.session().start(later.now), Status::ok);
  later.live(3600000);
  EXPECT_THAT(later.trace, EndsWith("open"));
}

// REC-06: the application's own close() is no reason to come back.
TEST(SessionEvidence, nothing_follows_the_sockets_own_close) {
  Field open;
  open.servers = {Field::accepting()};
  EXPECT_EQ(open.session().start(open.now), Status::ok);
  open.run();
  EXPECT_EQ(open.socket().close(), Status::ok);
  open.live(3600000);
  EXPECT_EQ(open.trace, "open|close 1005|stopped");

  Field connecting;
  connecting.servers = {Field::accepting()};
  EXPECT_EQ(connecting.session().start(connecting.now), Status::ok);
  EXPECT_EQ(connecting.socket().close(), Status::ok);
  connecting.live(3600000);
  EXPECT_EQ(connecting.trace, "error aborted|close 1006|stopped");
}

// A new wish is not answered with the end of the old one.
TEST(SessionEvidence, start_behind_stop_leaves_no_stopped_event) {
  Field field;
  field.servers = {Field::unreachable(Error::connection_refused), Field::accepting()};
  EXPECT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  EXPECT_EQ(field.session().stop(), Status::ok);
  EXPECT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  EXPECT_THAT(field.trace, Not(HasSubstr("stopped")));
  EXPECT_THAT(field.trace, EndsWith("open"));
}

// TMR-05: a link outlives the clock's 49.7 days and is still a good one.
TEST(SessionEvidence, a_link_older_than_the_clock) {
  Field field;
  field.client.ping_interval_ms = 0;
  field.servers = {Field::dying(1), Field::accepting(), Field::accepting()};
  EXPECT_EQ(field.session().start(field.now), Status::ok);
  field.live(10000);
  ASSERT_THAT(field.trace, EndsWith("open"));
  const Instant opened = field.now;
  for (int half_day = 0; half_day < 99; ++half_day) {
    field.now = field.now + 43200000;
    field.run();
  }
  field.now = opened + 100;  // once around
  field.run();
  field.link.push_reset();
  field.run();
  EXPECT_THAT(field.trace, EndsWith("retry 2"));
  EXPECT_EQ(field.session().last_disconnect().age_ms, 0xFFFFFFFFu);
}

// Delays stay within what two instants can be apart, whatever the options say.
TEST(SessionEvidence, absurd_delays_are_cut) {
  Field field;
  field.options.first_delay_ms = field.options.most_delay_ms = 0xFFFFFFFF;
  field.options.policy = [](const Cause&) { return Verdict{Verdict::Action::retry, false, 0xFFFFFFFF, 0}; };
  field.entropy.fail_from = 2;  // the handshake's key is there; the jitter is the whole window
  field.servers = {Field::unreachable(Error::connection_refused)};
  EXPECT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  ASSERT_EQ(field.delays.size(), 1u);
  EXPECT_LT(field.delays[0], 0x7FFFFFFFu);
  EXPECT_GT(field.delays[0], 24u * 3600 * 1000);
}

// The keepalive learns from silence only, and what it has learnt counts at once.
TEST(SessionEvidence, each_interval_is_tried_before_it_grows) {
  Field field;
  field.client.ping_interval_ms = 10000;
  field.options.most_ping_interval_ms = 60000;
  field.servers = {Field::accepting()};
  EXPECT_EQ(field.session().start(field.now), Status::ok);
  field.live(9999);
  EXPECT_EQ(field.session().ping_interval_ms(), 10000u);
  field.live(1);  // the first ping, after 10 s of silence
  EXPECT_EQ(field.session().ping_interval_ms(), 15000u);
  field.live(14999);
  EXPECT_EQ(field.session().ping_interval_ms(), 15000u);
  field.live(1);
  EXPECT_EQ(field.session().ping_interval_ms(), 22500u);
}

TEST(SessionEvidence, pings_of_the_application_prove_no_silence) {
  Field field;
  field.client.ping_interval_ms = 10000;
  field.options.most_ping_interval_ms = 60000;
  field.servers = {Field::accepting()};
  EXPECT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(field.socket().ping(), Status::ok);
    field.live(1000);
  }
  EXPECT_EQ(field.session().ping_interval_ms(), 10000u);
}

// The server's pings are signs of life, though no event shows them: a death behind them is not one of silence.
TEST(SessionEvidence, a_death_amid_pings_of_the_server_is_no_silence) {
  Field field;
  field.client.ping_interval_ms = 10000;
  field.options.most_ping_interval_ms = 60000;
  field.servers = {Field::accepting()};
  EXPECT_EQ(field.session().start(field.now), Status::ok);
  field.live(10000);
  ASSERT_EQ(field.session().ping_interval_ms(), 15000u);
  for (int i = 0; i < 10; ++i) {
    field.link.push(ping("alive"));
    field.live(5000);
  }
  field.link.push_reset();
  field.run();
  EXPECT_EQ(field.session().ping_interval_ms(), 15000u);
}

}  // namespace
}  // namespace whit::test
