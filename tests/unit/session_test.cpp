// REC-01..08, RSP-08: a client that comes back, and knows when not to.
#include "whit/session.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/field.hpp"

namespace whit::test {
namespace {

constexpr std::uint32_t kMinute = 60000;
constexpr std::uint32_t kHour = 60 * kMinute;

TEST(SessionTest, opens_and_stops) {
  Field field;
  field.servers = {Field::accepting()};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  EXPECT_EQ(field.trace, "open");
  EXPECT_TRUE(field.session().wanted());
  ASSERT_EQ(field.session().stop(), Status::ok);
  field.live(1000);
  EXPECT_EQ(field.trace, "open|close 1000|stopped");
  field.live(kHour);
  EXPECT_EQ(field.link.connects(), 1u) << "REC-06: after stop() nothing reconnects, ever";
  EXPECT_TRUE(field.session().next_deadline().is_never());
}

// REC-01, REC-08
TEST(SessionTest, comes_back_after_each_kind_of_end) {
  Field field;
  field.servers = {Field::closing(1001), Field::dying(500), Field::unreachable(Error::connection_refused),
                   Field::refusing("500 No"), Field::accepting()};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.live(kHour);
  EXPECT_EQ(field.trace,
            "open|close 1001|retry 2|open|error connection_reset|close 1006|retry 3|error connection_refused|close "
            "1006|retry 4|"
            "error bad_status|close 1006|retry 5|open");
  EXPECT_EQ(field.session().failures(), 4u);
}

// REC-02..04: full jitter, doubled windows, a cap, and other numbers for another device.
TEST(SessionTest, delays_are_random_within_windows_that_double) {
  std::vector<std::vector<std::uint32_t>> all;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Field field;
    std::uint8_t skip[8];
    for (std::uint64_t i = 0; i <= seed; ++i) ASSERT_TRUE(field.entropy.entropy().fill(&field.entropy, MutBytes(skip)));
    field.servers = {Field::unreachable(Error::connection_refused)};
    field.options.first_delay_ms = 1000;
    field.options.most_delay_ms = 60000;
    field.options.max_attempts = 10;
    ASSERT_EQ(field.session().start(field.now), Status::ok);
    field.live(12 * kHour);
    ASSERT_EQ(field.delays.size(), 9u);
    all.push_back(field.delays);
  }
  const std::uint32_t windows[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000};
  for (std::size_t i = 0; i < 9; ++i) {
    std::uint64_t sum = 0;
    std::uint32_t least = ~0u, most = 0;
    for (const auto& delays : all) {
      sum += delays[i];
      least = std::min(least, delays[i]);
      most = std::max(most, delays[i]);
    }
    EXPECT_LE(most, windows[i]);
    EXPECT_GT(most, windows[i] * 9 / 10);
    EXPECT_LT(least, windows[i] / 10);
    EXPECT_NEAR(static_cast<double>(sum) / 200, windows[i] / 2.0, windows[i] / 10.0);
  }
}

// REC-05
TEST(SessionTest, only_a_link_that_was_good_for_a_while_makes_delays_short_again) {
  Field field;
  field.options.stable_after_ms = 10000;
  field.servers = {Field::dying(100), Field::dying(100), Field::dying(100), Field::dying(15000), Field::dying(100)};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.live(kHour / 4);
  const std::size_t good = field.trace.find("retry 4|open|error connection_reset|close 1006|retry 2");
  EXPECT_NE(good, std::string::npos) << field.trace;
}

TEST(SessionTest, the_budget_of_attempts) {
  Field field;
  field.options.max_attempts = 3;
  field.servers = {Field::unreachable(Error::name_not_found)};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.live(24 * kHour);
  EXPECT_EQ(field.link.connects(), 3u);
  EXPECT_EQ(field.trace.substr(field.trace.size() - 7), "stopped");
  // Starting again is a new budget.
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.live(24 * kHour);
  EXPECT_EQ(field.link.connects(), 6u);
}

// REC-06: stop() in every state, and while handling each kind of event.
TEST(SessionTest, stop_at_every_event) {
  for (int nth = 0; nth < 12; ++nth) {
    Field field;
    field.servers = {Field::dying(500), Field::refusing("503 Busy"), Field::closing(1012)};
    int seen = 0;
    field.on_event = [&](Field& it, const Event&) {
      const bool now = seen++ == nth;
      EXPECT_TRUE(!now || it.session().stop() == Status::ok);
    };
    ASSERT_EQ(field.session().start(field.now), Status::ok);
    field.live(kHour);
    ASSERT_GE(field.trace.size(), 7u);
    EXPECT_EQ(field.trace.substr(field.trace.size() - 7), "stopped") << nth << " " << field.trace;
    const std::size_t connects = field.link.connects();
    field.live(24 * kHour);
    EXPECT_EQ(field.link.connects(), connects) << nth;
    EXPECT_TRUE(field.session().next_deadline().is_never());
  }
}

TEST(SessionTest, stop_while_connecting_and_while_waiting) {
  Field field;
  field.link.connect_polls = 1000000;
  field.servers = {Field::accepting()};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  ASSERT_EQ(field.session().stop(), Status::ok);
  field.run();
  EXPECT_EQ(field.trace, "error aborted|close 1006|stopped");
  field.trace.clear();
  field.link.connect_polls = 1;
  field.servers = {Field::unreachable(Error::connection_refused)};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  EXPECT_EQ(field.trace, "error connection_refused|close 1006|retry 2");
  ASSERT_EQ(field.session().stop(), Status::ok);
  field.run();
  EXPECT_EQ(field.trace, "error connection_refused|close 1006|retry 2|stopped");
}

TEST(SessionTest, a_bad_close_changes_nothing) {
  Field field;
  field.servers = {Field::accepting()};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  EXPECT_EQ(field.session().stop(1005), Status::bad_close_code);
  EXPECT_TRUE(field.session().wanted());
  field.live(1000);
  EXPECT_EQ(field.trace, "open");
}

TEST(SessionTest, start_again_before_the_old_link_has_ended) {
  Field field;
  field.servers = {Field::accepting()};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  ASSERT_EQ(field.session().stop(), Status::ok);
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.live(1000);
  EXPECT_EQ(field.trace, "open|close 1000|open");
}

TEST(SessionTest, what_cannot_be_started_is_said) {
  Field field;
  field.urls = {"ws://good.example/", "nonsense"};
  field.servers = {Field::accepting()};
  EXPECT_EQ(field.session().start(field.now), Status::bad_url);
  Field headers;
  const Header bad[] = {{"Host", "x"}};
  headers.client.headers = Span<const Header>(bad);
  headers.servers = {Field::accepting()};
  EXPECT_EQ(headers.session().start(headers.now), Status::bad_header);
  headers.live(1000);
  EXPECT_EQ(headers.trace, "");
  EXPECT_FALSE(headers.session().wanted());
}

TEST(SessionTest, retry_now_cuts_a_pause_short) {
  Field field;
  field.servers = {Field::refusing("404 Gone"), Field::accepting()};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  EXPECT_GE(field.delays.at(0), 5 * kMinute);
  field.session().retry_now();
  field.run();
  EXPECT_EQ(field.trace, "error bad_status|close 1006|retry 2|open");
}

// While the close event is handled, what follows is known but not told yet: it still is, once for each close event.
TEST(SessionTest, retry_now_takes_no_event_away) {
  Field field;
  field.servers = {Field::refusing("404 Gone"), Field::accepting()};
  field.on_event = [](Field& it, const Event& event) {
    if (event.type == Event::Type::close) it.session().retry_now();
  };
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  EXPECT_EQ(field.trace, "error bad_status|close 1006|retry 2|open");
  EXPECT_EQ(field.delays, std::vector<std::uint32_t>{0});
}

// REC-07: what the server asks for.
TEST(SessionTest, retry_after) {
  struct {
    const char* answer;
    std::uint32_t least, most;
  } const cases[] = {{"503 Busy\r\nRetry-After: 120", 120000, 125000},
                     {"429 Slow\r\nRetry-After: 3600", 3600000, 3605000},
                     {"503 Busy\r\nRetry-After: 99999999999999", 86400000, 86405000},
                     {"503 Busy\r\nRetry-After: soon", 30000, 35000},
                     {"503 Busy\r\nRetry-After: 1", 30000, 35000},
                     {"503 Busy\r\nRetry-After: Sun, 06 Nov 1994 08:59:37 GMT", 600000, 605000},
                     {"503 Busy\r\nRetry-After: Sun, 06 Nov 1994 08:39:37 GMT", 30000, 35000}};
  for (const auto& each : cases) {
    Field field;
    field.options.wall_clock = [](void*) { return std::uint64_t{784111777}; };  // Sun, 06 Nov 1994 08:49:37 GMT
    field.servers = {Field::refusing(each.answer)};
    ASSERT_EQ(field.session().start(field.now), Status::ok);
    field.run();
    ASSERT_EQ(field.delays.size(), 1u) << each.answer;
    EXPECT_GE(field.delays[0], each.least) << each.answer;
    EXPECT_LE(field.delays[0], each.most) << each.answer;
  }
}

TEST(SessionTest, close_codes_with_a_meaning) {
  struct {
    std::uint16_t code;
    std::uint32_t least, most;
  } const cases[] = {{1000, 0, 5000},        {1001, 0, 5000},      {1012, 5000, 30000}, {1013, 60000, 65000},
                     {1008, 300000, 305000}, {1009, 60000, 65000}, {1011, 0, 5000},     {4000, 0, 5000}};
  for (const auto& each : cases) {
    Field field;
    field.servers = {Field::closing(each.code)};
    ASSERT_EQ(field.session().start(field.now), Status::ok);
    field.run();
    ASSERT_EQ(field.delays.size(), 1u) << each.code << field.trace;
    EXPECT_GE(field.delays[0], each.least) << each.code;
    EXPECT_LE(field.delays[0], each.most) << each.code;
  }
}

TEST(SessionTest, new_credentials_or_none) {
  for (const char* answer : {"401 Who", "403 Not you"}) {
    Field field;
    field.servers = {Field::refusing(answer), Field::accepting()};
    ASSERT_EQ(field.session().start(field.now), Status::ok);
    field.live(kHour);
    EXPECT_EQ(field.trace, "error bad_status|close 1006|stopped");

    Field asked;
    asked.client.bearer = "old";
    asked.options.new_credentials = [](void*, const Cause& cause, ClientOptions& options) {
      options.bearer = "new";
      return cause.http_status == 401 || cause.http_status == 403;
    };
    asked.servers = {Field::refusing(answer), Field::accepting()};
    ASSERT_EQ(asked.session().start(asked.now), Status::ok);
    asked.live(kHour);
    EXPECT_EQ(asked.trace, "error bad_status|close 1006|retry 2|open");
    ASSERT_EQ(asked.requests.size(), 2u);
    EXPECT_NE(asked.requests[0].find("Bearer old"), std::string::npos);
    EXPECT_NE(asked.requests[1].find("Bearer new"), std::string::npos);
  }
}

TEST(SessionTest, the_next_url_of_the_list) {
  Field field;
  field.urls = {"ws://a.example/", "ws://b.example/", "ws://c.example/"};
  field.options.failures_per_url = 2;
  field.servers = {Field::unreachable(Error::connection_refused), Field::unreachable(Error::connection_refused),
                   Field::closing(1013), Field::accepting()};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.live(kHour);
  EXPECT_EQ(field.session().url(), "ws://c.example/") << "two failures, then one that asks for another server";
}

// The interval of pings finds what the link bears: it grows while it works, and falls back when a NAT forgot us.
TEST(SessionTest, keepalive_finds_the_links_own_limit) {
  Field field;
  field.client.ping_interval_ms = 20000;
  field.client.pong_timeout_ms = 5000;
  field.options.most_ping_interval_ms = 600000;
  field.servers = {Field::accepting()};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.live(2 * kHour);
  EXPECT_GE(field.session().ping_interval_ms(), 400000u);
  EXPECT_LE(field.session().ping_interval_ms(), 600000u);
  // From now on a NAT forgets what is silent for two minutes.
  field.servers = {[last = Instant{}, forgotten = false](Field& it) mutable {
    if (!it.opened) forgotten = false;
    if (it.opened && !it.received.empty()) forgotten = forgotten || it.now - last >= 120000;
    if (!it.opened || !it.received.empty()) last = it.now;
    if (!forgotten) Field::accepting()(it);
  }};
  field.link.push_reset();
  field.live(6 * kHour);
  EXPECT_LT(field.session().ping_interval_ms(), 120000u) << field.trace;
  const std::size_t connects = field.link.connects();
  field.live(6 * kHour);
  EXPECT_LE(field.link.connects(), connects + 1) << "it has learnt";
}

TEST(SessionTest, an_idle_hour_costs_few_wakeups) {
  Field field;
  field.client.ping_interval_ms = 30000;
  field.options.most_ping_interval_ms = 300000;
  field.servers = {Field::accepting()};
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.live(kHour);
  field.wakeups = 0;
  field.live(kHour);
  std::printf("| wake-ups in an idle hour | %zu |\n", field.wakeups);
  EXPECT_LE(field.wakeups, 40u);
  EXPECT_GE(field.wakeups, 12u);
}

TEST(SessionTest, the_record_says_why) {
  Field field;
  field.options.wall_clock = [](void*) { return std::uint64_t{1000000}; };
  field.servers = {Field::dying(4000), Field::refusing("503 Busy"), Field::closing(1012, 100)};
  EXPECT_FALSE(field.session().last_disconnect().is_valid());
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  ASSERT_EQ(field.session().send("hello"), Status::ok);
  field.link.push(text("welcome"));
  while (field.delays.empty()) field.live(1000);
  const DisconnectRecord first = field.session().last_disconnect();
  ASSERT_TRUE(first.is_valid());
  EXPECT_EQ(first.error, Error::connection_reset);
  EXPECT_EQ(first.by, DisconnectRecord::By::nobody);
  EXPECT_EQ(first.attempts, 1u);
  EXPECT_EQ(first.bytes_in, 7u);
  EXPECT_EQ(first.messages_in, 1u);
  EXPECT_EQ(first.bytes_out, 5u);
  EXPECT_EQ(first.messages_out, 1u);
  EXPECT_GE(first.age_ms, 4000u);
  EXPECT_EQ(first.ended_at_s, 1000000u);
  std::uint8_t line[200];
  EXPECT_EQ(to_string(first, MutBytes(line)).substr(0, 44), "lost, not clean: transport connection_reset;");
  while (field.delays.size() < 2) field.live(1000);
  const DisconnectRecord second = field.session().last_disconnect();
  EXPECT_EQ(second.http_status, 503);
  EXPECT_EQ(second.by, DisconnectRecord::By::peer);
  EXPECT_EQ(second.opened, 0);
  EXPECT_EQ(second.attempts, 2u);
  while (field.delays.size() < 3) field.live(1000);
  const DisconnectRecord third = field.session().last_disconnect();
  EXPECT_EQ(third.close_code, 1012);
  EXPECT_EQ(third.was_clean, 1);
  EXPECT_EQ(third.by, DisconnectRecord::By::peer);

  // It may lie in memory that a reset leaves alone, or does not.
  DisconnectRecord kept = third;
  EXPECT_TRUE(kept.is_valid());
  kept.age_ms ^= 1;
  EXPECT_FALSE(kept.is_valid());
  EXPECT_EQ(to_string(kept, MutBytes(line)), "no record");
  EXPECT_EQ(to_string(third, MutBytes(line).first(10)).size(), 10u);
}

TEST(SessionTest, entropy_that_fails_makes_it_patient_and_not_stuck) {
  Field field;
  field.servers = {Field::accepting()};
  field.entropy.fail_from = 1;
  ASSERT_EQ(field.session().start(field.now), Status::ok);
  field.run();
  EXPECT_EQ(field.trace, "error entropy_failed|close 1006|retry 2");
  EXPECT_EQ(field.delays.at(0), 65000u) << "the longest that it could be";
  field.entropy.fail_from = 0;
  field.live(kHour);
  EXPECT_EQ(field.trace, "error entropy_failed|close 1006|retry 2|open");
}

}  // namespace
}  // namespace whit::test
