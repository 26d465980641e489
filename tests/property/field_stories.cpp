// Stories of an hour in the field, from seeds: whatever the servers and the network did, in the end the client is
// connected again, and it never did more than it may. A story is told again with FIELD_SEED=N.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "support/allocations.hpp"
#include "support/field.hpp"

namespace whit::test {
namespace {

constexpr std::uint32_t kHour = 3600000;
constexpr int kStories = 10000;
constexpr std::uint32_t kReconnects = 1000000;

Field::Server mishap(Random& random) {
  switch (random.below(12)) {
    case 0: return Field::unreachable(Error::connection_refused);
    case 1: return Field::unreachable(Error::name_not_found);
    case 2: return Field::unreachable(Error::host_unreachable);
    case 3: return Field::dying(static_cast<std::uint32_t>(random.below(60000)));
    case 4: return Field::dying(0);
    case 5: return Field::closing(1001, static_cast<std::uint32_t>(random.below(60000)));
    case 6: return Field::closing(1012, static_cast<std::uint32_t>(random.below(1000)));
    case 7: return Field::closing(1011);
    case 8: return Field::refusing("503 Busy\r\nRetry-After: " + std::to_string(random.below(100)));
    case 9: return Field::refusing("500 Oops");
    case 10: return Field::refusing("302 There\r\nLocation: /elsewhere" + std::to_string(random.below(3)));
    default: return Field::silent();
  }
}

class Story {
 public:
  explicit Story(std::uint64_t seed) : random_(seed) {
    for (std::size_t i = random_.below(8); i != 0; --i) field.servers.push_back(mishap(random_));
    field.servers.push_back(Field::accepting());
    field.options.max_redirects = static_cast<std::uint8_t>(random_.below(3));
    field.options.first_delay_ms = 500 + static_cast<std::uint32_t>(random_.below(5000));
    field.options.most_delay_ms = 60000;
    field.options.stable_after_ms = static_cast<std::uint32_t>(random_.below(60000));
    field.options.most_ping_interval_ms = random_.below(2) != 0 ? 300000 : 0;
    field.client.ping_interval_ms = 10000 + static_cast<std::uint32_t>(random_.below(50000));
    field.client.pong_timeout_ms = 5000;
    mishaps = field.servers.size() - 1;
    field.on_event = [this](Field&, const Event& event) { check(event); };
  }

  Field field;
  std::size_t mishaps = 0;

 private:
  // An error is followed by its close, a close by what comes next, and nothing overtakes.
  void check(const Event& event) {
    using Type = Event::Type;
    const bool after_end = event.type == Type::retry || event.type == Type::stopped;
    EXPECT_EQ(after_end, last_ == Type::close);
    EXPECT_TRUE(last_ != Type::error || event.type == Type::close);
    EXPECT_TRUE(event.type != Type::retry || event.retry.delay_ms <= field.options.most_delay_ms + 5 * 60000);
    last_ = event.type;
  }

  Random random_;
  Event::Type last_ = Event::Type::stopped;
};

void tell(std::uint64_t seed) {
  SCOPED_TRACE("FIELD_SEED=" + std::to_string(seed));
  Story story(seed);
  ASSERT_EQ(story.field.session().start(story.field.now), Status::ok);
  story.field.live(kHour);
  EXPECT_EQ(story.field.trace.substr(story.field.trace.size() - 4), "open") << story.field.trace;
  EXPECT_TRUE(story.field.session().wanted());
  // Each mishap costs one connection; one that nobody noticed costs none.
  EXPECT_LE(story.field.link.connects(), story.mishaps + 1) << story.field.trace;
  ASSERT_EQ(story.field.session().stop(), Status::ok);
  const std::size_t connects = story.field.link.connects();
  story.field.live(kHour);
  EXPECT_EQ(story.field.trace.substr(story.field.trace.size() - 7), "stopped");
  EXPECT_EQ(story.field.link.connects(), connects);
}

TEST(FieldStories, the_client_is_connected_whenever_it_can_be) {
  const char* only = std::getenv("FIELD_SEED");
  if (only != nullptr) return tell(std::strtoull(only, nullptr, 10));
  for (std::uint64_t seed = 0; seed < kStories && !HasFailure(); ++seed) tell(seed);
}

TEST(FieldStories, the_budget_is_kept) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Story story(seed);
    Random random(seed);
    story.field.servers.back() = Field::unreachable(Error::connection_refused);
    story.field.options.max_attempts = 1 + static_cast<std::uint32_t>(random.below(6));
    story.field.options.stable_after_ms = kHour;
    story.field.options.max_redirects = 0;
    ASSERT_EQ(story.field.session().start(story.field.now), Status::ok);
    story.field.live(12 * kHour);
    EXPECT_EQ(story.field.link.connects(), story.field.options.max_attempts) << seed << " " << story.field.trace;
    EXPECT_FALSE(story.field.session().wanted());
  }
}

// A million times lost and back, without a byte of memory.
TEST(FieldStories, a_million_reconnects) {
  class Broken final : public Transport {
   public:
    std::uint32_t connects = 0;
    Status connect(std::string_view, std::uint16_t) override {
      ++connects;
      up_ = true;
      return Status::ok;
    }
    Link poll(Instant) override { return up_ ? Link::failed : Link::idle; }
    MutBytes rx() override { return {}; }
    void rx_consume(std::size_t) override {}
    std::size_t tx(Bytes) override { return 0; }
    void close(How how) override { up_ = up_ && how != How::abort; }
    [[nodiscard]] Error error() const override { return Error::connection_reset; }

   private:
    bool up_ = false;
  };

  Broken broken;
  Random random(1);
  const Entropy entropy{[](void* numbers, MutBytes out) {
                          for (std::uint8_t& byte : out)
                            byte = static_cast<std::uint8_t>(static_cast<Random*>(numbers)->next());
                          return true;
                        },
                        &random};
  std::array<std::uint8_t, 512> ring;
  WebSocket socket(broken, entropy, MutBytes(ring));
  const std::string_view urls[] = {"ws://a.example/"};
  SessionOptions options;
  options.urls = Span<const std::string_view>(urls);
  whit::Session session(socket, entropy, {}, options);
  Instant now{1};
  ASSERT_EQ(session.start(now), Status::ok);
  Allocations counted;
  std::uint32_t retries = 0;
  while (broken.connects < kReconnects) {
    Event event;
    while (session.poll(now, event)) retries += event.type == Event::Type::retry ? 1 : 0;
    now = now + session.next_deadline().ms_left(now);
  }
  EXPECT_EQ(counted.end(), 0u);
  EXPECT_EQ(retries, kReconnects);
}

}  // namespace
}  // namespace whit::test
