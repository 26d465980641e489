// Telemetry that waits for a link: order, priority, lifetimes, keys, limits, and what at-least-once means.
#include "whit/outbox.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "support/field.hpp"

namespace whit::test {
namespace {

// A server that keeps what it gets.
Field::Server collecting(std::vector<std::string>& got, std::uint32_t dies_after_ms = 0xFFFFFFFF) {
  return [&got, dies_after_ms](Field& field) {
    if (!field.opened && field.head_complete()) field.answer_handshake();
    if (!field.opened) return;
    const auto decoded = decode(Buffer(field.received.begin(), field.received.end()));
    field.received = decoded.rest;
    for (const Frame& frame : decoded.frames) {
      if (frame.opcode == kOpText || frame.opcode == kOpBinary) got.push_back(frame.payload);
      if (frame.opcode == kOpPing) field.link.push(pong(frame.payload));
    }
    if (field.now - field.connected_at >= dies_after_ms) field.link.push_reset();
  };
}

class OutboxTest : public testing::Test {
 protected:
  void make(std::size_t bytes, OutboxOptions options = {}) {
    memory.resize(bytes);
    outbox.emplace(field.socket(), MutBytes(memory.data(), memory.size()), options);
    field.on_event = [this](Field&, const Event& event) { outbox->on_event(event); };
  }
  Status submit(std::string_view text, std::uint8_t priority = 0, std::uint16_t key = 0, std::uint32_t ttl_ms = 0) {
    return outbox->submit({as_bytes(text), MessageType::text, priority, key, ttl_ms}, field.now);
  }
  void connect() {
    if (field.servers.empty()) field.servers = {collecting(got)};
    ASSERT_EQ(field.session().start(field.now), Status::ok);
    work(10);
  }
  void work(int rounds) {
    for (int i = 0; i < rounds; ++i) {
      field.run();
      outbox->pump(field.now);
      field.live(1);
    }
  }

  Field field;
  std::vector<std::uint8_t> memory;
  std::optional<Outbox> outbox;
  std::vector<std::string> got;
};

using Strings = std::vector<std::string>;

TEST_F(OutboxTest, keeps_the_order_while_there_is_no_link) {
  make(1000);
  for (const char* text : {"one", "two", "", "four"}) ASSERT_EQ(submit(text), Status::ok);
  EXPECT_EQ(outbox->size(), 4u);
  outbox->pump(field.now);
  EXPECT_EQ(outbox->size(), 4u);
  connect();
  EXPECT_EQ(got, (Strings{"one", "two", "", "four"}));
  EXPECT_EQ(outbox->size(), 0u);
  EXPECT_EQ(outbox->memory_used(), 0u);
  EXPECT_EQ(outbox->delivered(), 4u);
}

TEST_F(OutboxTest, priority_goes_first) {
  make(1000);
  for (const auto& [text, priority] : {std::pair("a", 1), {"b", 0}, {"c", 2}, {"d", 1}, {"e", 2}}) {
    ASSERT_EQ(submit(text, static_cast<std::uint8_t>(priority)), Status::ok);
  }
  connect();
  EXPECT_EQ(got, (Strings{"c", "e", "a", "d", "b"}));
}

TEST_F(OutboxTest, the_latest_of_a_key_replaces_the_one_before) {
  make(1000);
  ASSERT_EQ(submit("temperature 1", 0, 7), Status::ok);
  ASSERT_EQ(submit("other", 0, 8), Status::ok);
  ASSERT_EQ(submit("temperature 2", 0, 7), Status::ok);
  ASSERT_EQ(submit("temperature 3", 0, 7), Status::ok);
  EXPECT_EQ(outbox->size(), 2u);
  EXPECT_EQ(outbox->dropped(), 0u);
  connect();
  EXPECT_EQ(got, (Strings{"other", "temperature 3"}));
}

TEST_F(OutboxTest, a_replacement_needs_only_the_room_of_what_it_replaces) {
  make(3 * 30);
  ASSERT_EQ(submit("0123456789", 0, 1), Status::ok);
  ASSERT_EQ(submit("0123456789", 0, 2), Status::ok);
  ASSERT_EQ(submit("0123456789", 0, 3), Status::ok);
  EXPECT_EQ(submit("9876543210", 0, 2), Status::ok);
  EXPECT_EQ(submit("98765432100", 0, 3), Status::would_block);
  connect();
  EXPECT_EQ(got, (Strings{"0123456789", "0123456789", "9876543210"})) << "what could not be replaced is still there";
}

// What it replaces makes room once, however it is looked for.
TEST_F(OutboxTest, a_larger_replacement_drops_others) {
  make(3 * 30, {OutboxOptions::WhenFull::drop_oldest, OutboxOptions::Delivery::at_least_once});
  for (std::uint16_t key = 1; key <= 3; ++key) ASSERT_EQ(submit("0123456789", 0, key), Status::ok);
  EXPECT_EQ(submit(std::string(30, 'x'), 0, 1), Status::ok);
  EXPECT_EQ(outbox->memory_used(), 80u);
  EXPECT_EQ(outbox->dropped(), 1u);
  connect();
  EXPECT_EQ(got, (Strings{"0123456789", std::string(30, 'x')}));
}

// One on its way and a later one of the same key: both wait when the link has died, and one replacement is for both.
TEST_F(OutboxTest, a_replacement_is_for_all_that_wait) {
  make(2 * 30);
  connect();
  field.link.set_tx_budget(0);
  ASSERT_EQ(submit("0123456789", 0, 1), Status::ok);
  outbox->pump(field.now);
  ASSERT_EQ(submit("9876543210", 0, 1), Status::ok);
  EXPECT_EQ(outbox->size(), 2u) << "what is on its way is not replaced";
  field.link.push_reset();
  field.run();
  EXPECT_EQ(submit(std::string(40, 'x'), 0, 1), Status::ok);
  EXPECT_EQ(outbox->size(), 1u);
}

TEST_F(OutboxTest, what_is_out_of_date_is_not_sent) {
  make(1000);
  ASSERT_EQ(submit("short", 0, 0, 1000), Status::ok);
  ASSERT_EQ(submit("long", 0, 0, 100000), Status::ok);
  ASSERT_EQ(submit("for ever"), Status::ok);
  field.now = field.now + 5000;
  connect();
  EXPECT_EQ(got, (Strings{"long", "for ever"}));
  EXPECT_EQ(outbox->expired(), 1u);
}

TEST_F(OutboxTest, full_refuses_or_drops_as_was_chosen) {
  make(3 * 22);
  for (const char* text : {"a1", "a2", "a3"}) ASSERT_EQ(submit(text), Status::ok);
  EXPECT_EQ(submit("a4"), Status::would_block);
  EXPECT_EQ(outbox->dropped(), 0u);

  make(3 * 22, {OutboxOptions::WhenFull::drop_oldest, OutboxOptions::Delivery::at_least_once});
  ASSERT_EQ(submit("a1", 1), Status::ok);
  ASSERT_EQ(submit("b1", 0), Status::ok);
  ASSERT_EQ(submit("b2", 0), Status::ok);
  EXPECT_EQ(submit("c1", 1), Status::ok);
  EXPECT_EQ(submit("b3", 0), Status::ok);
  EXPECT_EQ(outbox->dropped(), 2u) << "the lowest and oldest first";
  EXPECT_EQ(submit("c2", 1), Status::ok);
  EXPECT_EQ(submit("b4", 0), Status::would_block) << "nothing is dropped for what matters less";
  EXPECT_EQ(outbox->dropped(), 3u);
  connect();
  EXPECT_EQ(got, (Strings{"a1", "c1", "c2"}));
}

TEST_F(OutboxTest, what_can_never_go_is_refused_at_once) {
  make(10000);
  EXPECT_EQ(submit(std::string(600, 'x')), Status::message_too_big) << "the ring has 512 bytes";
  EXPECT_EQ(submit("\xff"), Status::bad_utf8);
  EXPECT_EQ(outbox->submit({as_bytes("\xff"), MessageType::binary, 0, 0, 0}, field.now), Status::ok);
  make(50);
  EXPECT_EQ(submit(std::string(31, 'x')), Status::message_too_big);
  EXPECT_EQ(submit(std::string(30, 'x')), Status::ok);
}

TEST_F(OutboxTest, a_busy_link_takes_them_one_after_the_other) {
  make(4000);
  Strings all;
  for (int i = 0; i < 60; ++i) {
    all.push_back("message " + std::to_string(i) + std::string(30, '.'));
    ASSERT_EQ(submit(all.back()), Status::ok);
  }
  connect();
  field.link.set_tx_schedule({3, 0, 50});
  work(400);
  EXPECT_EQ(got, all);
}

TEST_F(OutboxTest, what_it_sends_counts_in_the_record) {
  make(1000);
  outbox.emplace(field.socket(), field.session(), MutBytes(memory.data(), memory.size()));
  connect();
  for (const char* text : {"one", "three"}) ASSERT_EQ(submit(text), Status::ok);
  work(2);
  field.link.push_reset();
  field.run();
  EXPECT_EQ(field.session().last_disconnect().messages_out, 2u);
  EXPECT_EQ(field.session().last_disconnect().bytes_out, 8u);
}

// At least once: what the transport had not taken when its link died goes again, and no more than that.
TEST_F(OutboxTest, what_a_dead_link_did_not_take_is_sent_again) {
  for (const bool twice : {true, false}) {
    got.clear();
    Field fresh;
    std::vector<std::uint8_t> room(2000);
    OutboxOptions options;
    if (!twice) options.delivery = OutboxOptions::Delivery::at_most_once;
    Outbox box(fresh.socket(), MutBytes(room.data(), room.size()), options);
    fresh.on_event = [&](Field&, const Event& event) { box.on_event(event); };
    fresh.servers = {collecting(got)};
    ASSERT_EQ(fresh.session().start(fresh.now), Status::ok);
    fresh.run();
    fresh.link.set_tx_budget(25);  // the first message and a part of the second
    for (const char* text : {"0123456789", "second one", "third one."})
      ASSERT_EQ(box.submit(text, fresh.now), Status::ok);
    box.pump(fresh.now);
    fresh.run();
    EXPECT_EQ(got, (Strings{"0123456789"}));
    fresh.link.push_reset();
    fresh.run();
    fresh.link.set_tx_budget(MemoryLink::kAll);
    for (int i = 0; i < 10; ++i) {
      fresh.live(2000);
      box.pump(fresh.now);
    }
    fresh.run();
    EXPECT_EQ(got, twice ? (Strings{"0123456789", "second one", "third one."}) : (Strings{"0123456789"}));
    EXPECT_EQ(box.repeated(), twice ? 2u : 0u);
    EXPECT_EQ(box.size(), 0u);
  }
}

// A model over many seeds: links that die all the time; nothing that was accepted is lost, and each key's order holds.
TEST_F(OutboxTest, nothing_is_lost_over_links_that_die) {
  std::uint32_t repeated = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Field fresh;
    Strings seen, accepted;
    std::vector<std::uint8_t> room(600);
    Outbox box(fresh.socket(), MutBytes(room.data(), room.size()));
    // All links but the last get stuck at some byte before they die.
    fresh.on_event = [&](Field& it, const Event& event) {
      box.on_event(event);
      if (event.type == Event::Type::open)
        it.link.set_tx_budget(it.link.connects() < 6 ? random.below(300) : MemoryLink::kAll);
      if (event.type == Event::Type::close) it.link.set_tx_budget(MemoryLink::kAll);
    };
    for (int i = 0; i < 5; ++i)
      fresh.servers.push_back(collecting(seen, static_cast<std::uint32_t>(random.below(5000))));
    fresh.servers.push_back(collecting(seen));
    fresh.options.first_delay_ms = 500;
    ASSERT_EQ(fresh.session().start(fresh.now), Status::ok);
    for (int i = 0; i < 120; ++i) {
      const std::string text = std::to_string(i) + std::string(random.below(40), '-');
      if (box.submit(text, fresh.now) == Status::ok) accepted.push_back(text);
      fresh.live(static_cast<std::uint32_t>(random.below(400)));
      box.pump(fresh.now);
    }
    for (int i = 0; i < 400 && box.size() != 0; ++i) {
      fresh.live(1000);
      box.pump(fresh.now);
    }
    fresh.run();
    std::map<std::string, int> count;
    for (const std::string& text : seen) ++count[text];
    for (const std::string& text : accepted) EXPECT_GE(count[text], 1) << text;
    EXPECT_EQ(count.size(), accepted.size()) << "nothing was made up";
    EXPECT_LE(seen.size(), accepted.size() + box.repeated());
    repeated += box.repeated();
  }
  EXPECT_GT(repeated, 50u) << "the stories were too quiet";
}

}  // namespace
}  // namespace whit::test
