// Random posts beside a model of what an Outbox keeps: whatever is replaced, dropped or on its way, it stays within its
// memory, and what is sent is what was accepted and not dropped.
#include "whit/outbox.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "support/session.hpp"

namespace whit::test {
namespace {

constexpr std::size_t kRecord = 20;
constexpr std::size_t kGuard = 64;

struct Kept {
  std::string data;
  std::uint16_t key;
  std::uint8_t priority;
  Instant expires;
  bool expiring;
  std::uint32_t end;  // of the link's bytes; 0: it waits
  [[nodiscard]] std::size_t size() const { return kRecord + data.size(); }
  [[nodiscard]] bool waits() const { return end == 0; }
};

// What the comments of outbox.hpp say, without a thought for memory.
class Model {
 public:
  Model(std::size_t room, OutboxOptions options) : room_(room), options_(options) {}

  [[nodiscard]] std::size_t used() const {
    std::size_t sum = 0;
    for (const Kept& each : kept) sum += each.size();
    return sum;
  }
  Status submit(const Kept& post) {
    if (post.size() > room_) return Status::message_too_big;
    const auto replaced = [&](const Kept& each) { return post.key != 0 && each.key == post.key && each.waits(); };
    std::vector<Kept> rest;
    std::remove_copy_if(kept.begin(), kept.end(), std::back_inserter(rest), replaced);
    std::swap(kept, rest);
    const std::uint32_t dropped_before = dropped;
    while (used() + post.size() > room_) {
      if (drop_one(post.priority)) continue;
      std::swap(kept, rest);
      dropped = dropped_before;
      return Status::would_block;
    }
    kept.push_back(post);
    return Status::ok;
  }
  void forget_expired(Instant now) {
    expired += remove([&](const Kept& each) { return each.waits() && each.expiring && reached(now, each.expires); });
  }
  void forget_delivered(std::size_t buffered) {
    delivered += remove([&](const Kept& each) { return !each.waits() && each.end + buffered <= given; });
  }
  // The link took so many bytes: which posts those were.
  void give(std::size_t bytes) {
    while (bytes != 0) {
      const auto first = std::max_element(kept.begin(), kept.end(), [](const Kept& a, const Kept& b) {
        return a.waits() != b.waits() ? !a.waits() : a.priority < b.priority;
      });
      ASSERT_TRUE(first != kept.end() && first->waits() && first->data.size() <= bytes) << "not what was to go next";
      bytes -= first->data.size();
      given += static_cast<std::uint32_t>(first->data.size());
      first->end = given;
      sent.push_back(first->data);
      if (options_.delivery == OutboxOptions::Delivery::at_least_once) continue;
      kept.erase(first);
      ++delivered;
    }
  }
  void link_lost() {
    for (Kept& each : kept) {
      repeated += each.waits() ? 0 : 1;
      each.end = 0;
    }
    given = 0;
  }

  std::vector<Kept> kept;
  std::vector<std::string> sent;
  std::uint32_t given = 0;  // bytes, to this link
  std::uint32_t delivered = 0, expired = 0, dropped = 0, repeated = 0;

 private:
  bool drop_one(std::uint8_t priority) {
    if (options_.when_full == OutboxOptions::WhenFull::refuse) return false;
    const auto least = std::min_element(kept.begin(), kept.end(), [](const Kept& a, const Kept& b) {
      return a.waits() != b.waits() ? a.waits() : a.priority < b.priority;
    });
    if (least == kept.end() || !least->waits() || least->priority > priority) return false;
    kept.erase(least);
    ++dropped;
    return true;
  }
  template <typename Predicate>
  std::uint32_t remove(Predicate predicate) {
    const std::size_t before = kept.size();
    kept.erase(std::remove_if(kept.begin(), kept.end(), predicate), kept.end());
    return static_cast<std::uint32_t>(before - kept.size());
  }

  std::size_t room_;
  OutboxOptions options_;
};

OutboxOptions random_options(Random& random) {
  OutboxOptions options;
  if (random.below(4) != 0) options.when_full = OutboxOptions::WhenFull::drop_oldest;
  if (random.below(4) == 0) options.delivery = OutboxOptions::Delivery::at_most_once;
  return options;
}

// An Outbox between two guarded zones, over links that take little and die.
class Story {
 public:
  explicit Story(std::uint64_t seed)
      : random_(seed),
        room_(random_.below(400)),
        options_(random_options(random_)),
        memory_(room_ + 2 * kGuard, 0xA5),
        box_(session_.ws, MutBytes(memory_.data() + kGuard, room_), options_),
        model_(room_, options_) {}

  void tell() {
    for (int i = 0; i < 300 && !testing::Test::HasFailure(); ++i) {
      step();
      compare();
    }
    while (!model_.kept.empty() && !testing::Test::HasFailure()) {
      if (session_.ws.ready_state() != ReadyState::open) open();
      session_.link.set_tx_budget(MemoryLink::kAll);
      pump();
      session_.run();
      compare();
    }
    if (session_.ws.ready_state() == ReadyState::open) read();
    if (options_.delivery == OutboxOptions::Delivery::at_least_once) {
      EXPECT_EQ(arrived_, model_.delivered);
    }
  }

  [[nodiscard]] const Model& model() const { return model_; }

 private:
  void step() {
    const std::size_t what = random_.below(20);
    if (what < 9) return submit();
    if (what < 13) return pump();
    session_.now = session_.now + static_cast<std::uint32_t>(random_.below(60));
    if (session_.ws.ready_state() != ReadyState::open) return what < 15 ? open() : void();
    if (what == 13) return die();
    session_.link.set_tx_budget(random_.below(80));  // so much is acknowledged
    session_.run();
  }
  void submit() {
    const std::size_t size = 1 + random_.below(random_.below(4) == 0 ? 200 : 30);
    std::string data = std::to_string(++number_);
    data.resize(std::max(size, data.size()), '-');
    const auto key = static_cast<std::uint16_t>(random_.below(5));
    const auto priority = static_cast<std::uint8_t>(random_.below(3));
    const auto ttl = static_cast<std::uint32_t>(random_.below(4) == 0 ? 1 + random_.below(500) : 0);
    const Status status = box_.submit({as_bytes(data), MessageType::text, priority, key, ttl}, session_.now);
    if (status != Status::message_too_big) model_.forget_delivered(session_.ws.buffered_amount());
    if (status != Status::message_too_big) model_.forget_expired(session_.now);
    EXPECT_EQ(status, model_.submit({data, key, priority, session_.now + ttl, ttl != 0, 0}));
  }
  void pump() {
    const std::size_t before = session_.ws.buffered_amount();
    const bool open = session_.ws.ready_state() == ReadyState::open;
    box_.pump(session_.now);
    if (open) model_.forget_delivered(before);
    model_.forget_expired(session_.now);
    model_.give(session_.ws.buffered_amount() - before);
  }
  void open() {
    session_.link.set_tx_budget(MemoryLink::kAll);
    session_.collector.restart();
    ASSERT_TRUE(session_.open());
    Event event;
    event.type = Event::Type::open;
    box_.on_event(event);
    model_.given = 0;
  }
  void die() {
    read();
    session_.link.push_reset();
    session_.run();
    Event event;
    event.type = Event::Type::close;
    box_.on_event(event);
    model_.forget_delivered(session_.ws.buffered_amount());
    model_.link_lost();
  }
  // What the peer got of this link is the beginning of what was given to it.
  void read() {
    const std::vector<Frame> frames = session_.frames();
    ASSERT_LE(frames.size(), model_.sent.size());
    for (std::size_t i = 0; i < frames.size(); ++i) EXPECT_EQ(frames[i].payload, model_.sent[i]);
    arrived_ += frames.size();
    model_.sent.clear();
  }
  void compare() {
    EXPECT_LE(box_.memory_used(), room_);
    EXPECT_EQ(box_.memory_used(), model_.used());
    EXPECT_EQ(box_.size(), model_.kept.size());
    EXPECT_EQ(box_.delivered(), model_.delivered);
    EXPECT_EQ(box_.dropped(), model_.dropped);
    EXPECT_EQ(box_.expired(), model_.expired);
    EXPECT_EQ(box_.repeated(), model_.repeated);
    const auto untouched = [](std::uint8_t byte) { return byte == 0xA5; };
    ASSERT_TRUE(std::all_of(memory_.begin(), memory_.begin() + kGuard, untouched));
    ASSERT_TRUE(std::all_of(memory_.end() - kGuard, memory_.end(), untouched));
  }

  Random random_;
  std::size_t room_;
  OutboxOptions options_;
  std::vector<std::uint8_t> memory_;
  test::Session session_;
  Outbox box_;
  Model model_;
  std::size_t arrived_ = 0;
  int number_ = 0;
};

TEST(RandomOutbox, is_what_its_model_is) {
  std::uint32_t delivered = 0, dropped = 0, repeated = 0;
  for (std::uint64_t seed = 0; seed < 500 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Story story(seed);
    story.tell();
    delivered += story.model().delivered;
    dropped += story.model().dropped;
    repeated += story.model().repeated;
  }
  EXPECT_GT(delivered, 5000u) << "the stories were too quiet";
  EXPECT_GT(dropped, 5000u);
  EXPECT_GT(repeated, 500u);
}

}  // namespace
}  // namespace whit::test
