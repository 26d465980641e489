// Posts from another core, by threads; the sanitizer for threads looks at the same test.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "whit/mailbox.hpp"

namespace whit::test {
namespace {

TEST(Mailbox, between_two_threads) {
  constexpr int kMessages = 20000;
  std::vector<std::uint8_t> memory(256);
  Mailbox box{MutBytes(memory.data(), memory.size())};
  std::thread producer([&] {
    for (int i = 0; i < kMessages;) {
      const std::string message = std::to_string(i);
      if (box.put(as_bytes(message))) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  });
  int wrong = 0;
  for (int i = 0; i < kMessages;) {
    std::uint8_t out[16];
    const std::size_t size = box.take(MutBytes(out));
    if (size == 0) {
      std::this_thread::yield();
      continue;
    }
    wrong += std::string(out, out + size) == std::to_string(i) ? 0 : 1;
    ++i;
  }
  producer.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace whit::test
