// SHA-1 around the ends of its blocks; the expected digests come from another implementation (Python's hashlib).
#include "support/sha1.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace whit {
namespace {

std::string digest(const std::string& text) {
  std::string out(detail::kSha1Size, '\0');
  sha1_of(text, reinterpret_cast<std::uint8_t*>(out.data()));
  return out;
}

std::string hex(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    out += "0123456789abcdef"[c & 15];
  }
  return out;
}

// RSP-04
TEST(Sha1Blocks, AroundTheirEnds) {
  const std::pair<std::size_t, const char*> cases[] = {
      {1, "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"},   {54, "b05d71c64979cb95fa74a33cdb31a40d258ae02e"},
      {55, "c1c8bbdc22796e28c0e15163d20899b65621d65a"},  {56, "c2db330f6083854c99d4b5bfb6e8f29f201be699"},
      {57, "f08f24908d682555111be7ff6f004e78283d989a"},  {60, "13d956033d9af449bfe2c4ef78c17c20469c4bf1"},
      {63, "03f09f5b158a7a8cdad920bddc29b81c18a551f5"},  {64, "0098ba824b5c16427bd7a1122a5a442a25ec644d"},
      {65, "11655326c708d70319be2610e8a57d9a5b959d3b"},  {118, "d0572de8e494e0b7b8e50302003fc4ae0596ef4d"},
      {119, "ee971065aaa017e0632a8ca6c77bb3bf8b1dfc56"}, {120, "f34c1488385346a55709ba056ddd08280dd4c6d6"},
      {127, "89d95fa32ed44a7c610b7ee38517ddf57e0bb975"}, {128, "ad5b3fdbcb526778c2839d2f151ea753995e26a0"},
      {129, "d96debf1bdcbc896e6c134ea76e8141f40d78536"},
  };
  for (const auto& [size, expected] : cases) EXPECT_EQ(hex(digest(std::string(size, 'a'))), expected) << size;
}

// RSP-04: the digest of the digests of every length up to 299, of bytes of every value.
TEST(Sha1Blocks, EveryLength) {
  std::string all;
  for (unsigned size = 0; size < 300; ++size) {
    std::string text;
    for (unsigned i = 0; i < size; ++i) text += static_cast<char>((i * 7 + size) % 256);
    all += digest(text);
  }
  EXPECT_EQ(hex(digest(all)), "dfc942b5ddc5fe6421ccada9be50fa42e873926c");
}

}  // namespace
}  // namespace whit
