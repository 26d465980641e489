// The arena by itself: against a model, at its limits.
#include "mbedtls/arena.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

namespace whit::test {
namespace {

using mbedtls::Arena;

TEST(Arena, gives_zeroed_aligned_memory_and_takes_it_back) {
  std::vector<std::uint8_t> memory(1024, 0xAA);
  Arena arena{MutBytes(memory.data(), memory.size())};
  auto* first = static_cast<std::uint8_t*>(arena.allocate(100));
  auto* second = static_cast<std::uint8_t*>(arena.allocate(1));
  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % alignof(std::max_align_t), 0u);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(second) % alignof(std::max_align_t), 0u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(first[i], 0);
  EXPECT_EQ(arena.blocks(), 2u);
  arena.free(first);
  arena.free(second);
  arena.free(nullptr);
  EXPECT_EQ(arena.used(), 0u);
  EXPECT_EQ(arena.blocks(), 0u);
}

TEST(Arena, tells_what_did_not_fit) {
  std::vector<std::uint8_t> memory(256);
  Arena arena{MutBytes(memory.data(), memory.size())};
  EXPECT_EQ(arena.allocate(10000), nullptr);
  EXPECT_EQ(arena.failed_request(), 10000u);
  EXPECT_EQ(arena.allocate(~std::size_t{0}), nullptr);
  EXPECT_EQ(arena.failed_request(), 10000u) << "the first counts";
  arena.reset_failure();
  void* all = arena.allocate(arena.size() - sizeof(std::size_t));
  EXPECT_NE(all, nullptr) << "everything but one header can be had";
  EXPECT_EQ(arena.failed_request(), 0u);
  arena.free(all);
}

TEST(Arena, of_no_or_little_memory_gives_none) {
  for (std::size_t size = 0; size < 40; ++size) {
    std::vector<std::uint8_t> memory(size + 1);
    Arena arena{MutBytes(memory.data(), size)};
    void* block = arena.allocate(16);
    if (block != nullptr) std::memset(block, 1, 16);  // ASan looks
    EXPECT_EQ(block == nullptr, arena.failed_request() != 0);
  }
}

TEST(Arena, an_arena_of_the_peak_is_enough_for_the_same_again) {
  const auto story = [](Arena& arena) {
    std::mt19937 random(7);
    std::vector<void*> blocks;
    bool all = true;
    for (int i = 0; i < 300; ++i) {
      if (!blocks.empty() && random() % 3 == 0) {
        const std::size_t at = random() % blocks.size();
        arena.free(blocks[at]);
        blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(at));
      } else {
        blocks.push_back(arena.allocate(random() % 200));
        all = all && blocks.back() != nullptr;
      }
    }
    for (void* block : blocks) arena.free(block);
    return all;
  };
  alignas(16) static std::uint8_t memory[64 * 1024];
  Arena large{MutBytes(memory)};
  ASSERT_TRUE(story(large));
  // The first header of this memory lies behind some bytes of padding.
  const std::size_t padding = alignof(std::max_align_t) - sizeof(std::size_t);
  Arena exact{MutBytes(memory, large.peak() + padding)};
  EXPECT_TRUE(story(exact));
  EXPECT_EQ(exact.used(), 0u);
  Arena smaller{MutBytes(memory, large.peak() + padding - alignof(std::max_align_t))};
  EXPECT_FALSE(story(smaller));
}

TEST(Arena, random_use_against_a_model) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::uint8_t> memory(8192);
    Arena arena{MutBytes(memory.data(), memory.size())};
    struct Block {
      std::uint8_t* data;
      std::size_t size;
      std::uint8_t mark;
    };
    std::vector<Block> blocks;
    for (int i = 0; i < 2000; ++i) {
      if (blocks.empty() || random() % 2 == 0) {
        const std::size_t size = random() % 600;
        auto* data = static_cast<std::uint8_t*>(arena.allocate(size));
        if (data == nullptr) continue;
        for (std::size_t k = 0; k < size; ++k) ASSERT_EQ(data[k], 0) << "seed " << seed;
        blocks.push_back({data, size, static_cast<std::uint8_t>(random() | 1u)});
        std::memset(data, blocks.back().mark, size);
      } else {
        const std::size_t at = random() % blocks.size();
        for (std::size_t k = 0; k < blocks[at].size; ++k)
          ASSERT_EQ(blocks[at].data[k], blocks[at].mark) << "seed " << seed;
        arena.free(blocks[at].data);
        blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(at));
      }
      ASSERT_EQ(arena.blocks(), blocks.size());
    }
    for (const Block& block : blocks) arena.free(block.data);
    EXPECT_EQ(arena.used(), 0u);
    EXPECT_NE(arena.allocate(7000), nullptr) << "free neighbours are joined";
  }
}

}  // namespace
}  // namespace whit::test
