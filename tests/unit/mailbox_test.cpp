// Posts from an interrupt or another core.
#include "whit/mailbox.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "support/entropy.hpp"

namespace whit::test {
namespace {

std::string take(Mailbox& box) {
  std::uint8_t out[300];
  const std::size_t n = box.take(MutBytes(out));
  return {out, out + n};
}

TEST(Mailbox, first_in_first_out) {
  std::vector<std::uint8_t> memory(20);
  Mailbox box{MutBytes(memory.data(), memory.size())};
  EXPECT_EQ(box.next_size(), 0u);
  EXPECT_TRUE(box.put(as_bytes("hello")));
  EXPECT_TRUE(box.put(as_bytes("world!")));
  EXPECT_FALSE(box.put(as_bytes("full")));
  EXPECT_EQ(box.next_size(), 5u);
  std::uint8_t little[4];
  EXPECT_EQ(box.take(MutBytes(little)), 0u) << "it stays where it is";
  EXPECT_EQ(take(box), "hello");
  EXPECT_TRUE(box.put(as_bytes("next"))) << "round the corner";
  EXPECT_EQ(take(box), "world!");
  EXPECT_EQ(take(box), "next");
  EXPECT_EQ(take(box), "");
}

// An empty message could not be told from none: taken in, it would be in the way of all that follow.
TEST(Mailbox, an_empty_message_is_refused) {
  std::vector<std::uint8_t> memory(20);
  Mailbox box{MutBytes(memory.data(), memory.size())};
  EXPECT_FALSE(box.put({}));
  EXPECT_TRUE(box.put(as_bytes("next")));
  EXPECT_EQ(take(box), "next");
}

TEST(Mailbox, of_every_size_and_at_every_place) {
  for (std::size_t size = 0; size < 40; ++size) {
    std::vector<std::uint8_t> memory(size);
    Mailbox box{MutBytes(memory.data(), memory.size())};
    std::deque<std::string> model;
    Random random(size);
    for (int i = 0; i < 500; ++i) {
      if (random.below(2) != 0) {
        const std::string message(1 + random.below(12), static_cast<char>('a' + i % 26));
        std::size_t used = 0;
        for (const std::string& each : model) used += each.size() + 2;
        const bool fits = used + message.size() + 2 < size;
        ASSERT_EQ(box.put(as_bytes(message)), fits) << size;
        if (fits) model.push_back(message);
      } else {
        ASSERT_EQ(take(box), model.empty() ? "" : model.front());
        if (!model.empty()) model.pop_front();
      }
    }
  }
}

}  // namespace
}  // namespace whit::test
