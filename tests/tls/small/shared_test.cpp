// An mbedTLS that others use, too: what they allocate is theirs, whenever they free it.
#include <mbedtls/platform.h>

#include <cstdlib>

#include "tls/small/small_fixture.hpp"

namespace {

std::size_t others = 0;

}  // namespace

void* whit_test_other_calloc(std::size_t count, std::size_t size) {
  void* block = std::calloc(count, size);
  others += block != nullptr;
  return block;
}

void whit_test_other_free(void* block) {
  others -= block != nullptr;
  std::free(block);
}

namespace whit::test {
namespace {

using Shared = SmallTest;

TEST_F(Shared, others_have_memory_of_their_own) {
  const std::size_t used = arena.used();
  mbedtls_x509_crt theirs;
  mbedtls_x509_crt_init(&theirs);
  ASSERT_EQ(mbedtls_x509_crt_parse_der(&theirs, as_bytes(root_).data(), root_.size()), 0);
  EXPECT_GT(others, 0u);
  EXPECT_EQ(arena.used(), used);
  const std::size_t before = others;
  ASSERT_EQ(connect(), Link::up) << to_string(tls->error());
  ASSERT_TRUE(send("hello"));
  tls->close(How::abort);
  EXPECT_EQ(others, before);
  mbedtls_x509_crt_free(&theirs);
  EXPECT_EQ(others, 0u);
  EXPECT_EQ(arena.used(), used);
}

// What mbedTLS keeps for all may be allocated by the one and freed by the other.
TEST_F(Shared, what_is_theirs_goes_back_to_them_from_within_a_link) {
  void* block = mbedtls_calloc(4, 100);
  ASSERT_NE(block, nullptr);
  EXPECT_FALSE(arena.owns(block));
  EXPECT_EQ(others, 1u);
  const mbedtls::Arena::Scope scope(arena);
  mbedtls_free(block);
  EXPECT_EQ(others, 0u);
  void* ours = mbedtls_calloc(1, 100);
  EXPECT_TRUE(arena.owns(ours));
  mbedtls_free(ours);
  mbedtls_free(nullptr);
  EXPECT_EQ(others, 0u);
}

}  // namespace
}  // namespace whit::test
