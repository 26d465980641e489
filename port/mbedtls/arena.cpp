//   memory_                                              memory_ + size_
//   | header | payload        | header | payload | ...   |
//            ^ aligned                 ^ aligned
// A header is one word: the size of its block, header included, and in the lowest bit whether it is in use. Free
// neighbours are joined when a search passes them.
#include "mbedtls/arena.hpp"

#include <mbedtls/build_info.h>

#include <cstdint>
#include <cstring>

#include "whit/assert.hpp"

namespace whit::mbedtls {
namespace {

constexpr std::size_t kAlign = alignof(std::max_align_t);
constexpr std::size_t kHeader = sizeof(std::size_t);
constexpr std::size_t kUsed = 1;

}  // namespace

struct Arena::Block {
  std::size_t word;
  [[nodiscard]] bool used() const { return (word & kUsed) != 0; }
  [[nodiscard]] std::size_t size() const { return word & ~kUsed; }
  [[nodiscard]] Block* next() { return reinterpret_cast<Block*>(reinterpret_cast<unsigned char*>(this) + size()); }
};

Arena* Arena::current_ = nullptr;

Arena::Arena(MutBytes memory) : memory_(memory.data()), size_(0) {
  // The first payload is aligned, so the first header lies one word before an aligned address.
  const std::size_t skip = (kAlign - (reinterpret_cast<std::uintptr_t>(memory_) + kHeader) % kAlign) % kAlign;
  if (memory.size() < skip + kAlign) return;
  memory_ += skip;
  size_ = (memory.size() - skip) / kAlign * kAlign;
  first()->word = size_;
}

Arena::Block* Arena::first() const { return reinterpret_cast<Block*>(memory_); }
std::size_t Arena::offset(const Block* block) const {
  return static_cast<std::size_t>(reinterpret_cast<const unsigned char*>(block) - memory_);
}
bool Arena::owns(const void* block) const {
  return reinterpret_cast<std::uintptr_t>(block) - reinterpret_cast<std::uintptr_t>(memory_) < size_;
}
bool Arena::at_end(const Block* block) const { return offset(block) >= size_; }

void* Arena::allocate(std::size_t size) {
  const std::size_t need = (size + kHeader + kAlign - 1) / kAlign * kAlign;
  for (Block* block = first(); need > size && !at_end(block); block = block->next()) {
    if (block->used()) continue;
    for (Block* next = block->next(); !at_end(next) && !next->used(); next = block->next()) block->word += next->word;
    if (block->size() < need) continue;
    if (block->size() > need) {
      Block* rest = reinterpret_cast<Block*>(reinterpret_cast<unsigned char*>(block) + need);
      rest->word = block->size() - need;
    }
    block->word = need | kUsed;
    used_ += need;
    ++blocks_;
    const std::size_t end = offset(block) + need;
    if (end > peak_) peak_ = end;
    return std::memset(block + 1, 0, need - kHeader);
  }
  if (failed_request_ == 0) failed_request_ = size != 0 ? size : 1;
  return nullptr;
}

void Arena::free(void* payload) {
  if (payload == nullptr) return;
  Block* block = static_cast<Block*>(payload) - 1;
  WHIT_ASSERT(offset(block) < size_ && block->used());
  used_ -= block->size();
  --blocks_;
  block->word &= ~kUsed;
}

// What is in use now stays counted.
void Arena::reset_peak() {
  peak_ = 0;
  for (Block* block = first(); !at_end(block); block = block->next()) {
    if (block->used()) peak_ = offset(block) + block->size();
  }
}

}  // namespace whit::mbedtls

// What mbedTLS calls must be ours, or it would quietly use a heap.
#ifndef WHIT_MBEDTLS_HEAP
#define WHIT_MBEDTLS_HEAP 0
#endif
#define WHIT_IS_whit_mbedtls_calloc 1
#define WHIT_IS_whit_mbedtls_free 1
#define WHIT_IS(name) WHIT_IS_(name)
#define WHIT_IS_(name) WHIT_IS_##name
#if !WHIT_MBEDTLS_HEAP && !(WHIT_IS(MBEDTLS_PLATFORM_CALLOC_MACRO) && WHIT_IS(MBEDTLS_PLATFORM_FREE_MACRO))
#error "MBEDTLS_PLATFORM_CALLOC_MACRO and _FREE_MACRO are not whit's: see port/mbedtls/README.md, An mbedTLS of your own"
#endif

#if defined(WHIT_MBEDTLS_OTHER_CALLOC) != defined(WHIT_MBEDTLS_OTHER_FREE)
#error "WHIT_MBEDTLS_OTHER_CALLOC and WHIT_MBEDTLS_OTHER_FREE belong together"
#endif

// The names that whit_mbedtls_config.h gives to mbedTLS.
extern "C" void* whit_mbedtls_calloc(std::size_t count, std::size_t size) {
  whit::mbedtls::Arena* arena = whit::mbedtls::Arena::current();
#ifdef WHIT_MBEDTLS_OTHER_CALLOC
  if (arena == nullptr) return WHIT_MBEDTLS_OTHER_CALLOC(count, size);
#endif
  WHIT_ASSERT(arena != nullptr);
  if (arena == nullptr || (size != 0 && count > ~std::size_t{0} / size)) return nullptr;
  return arena->allocate(count * size);
}

extern "C" void whit_mbedtls_free(void* block) {
  whit::mbedtls::Arena* arena = whit::mbedtls::Arena::current();
#ifdef WHIT_MBEDTLS_OTHER_FREE
  if (arena == nullptr || !arena->owns(block)) return WHIT_MBEDTLS_OTHER_FREE(block);
#endif
  WHIT_ASSERT(arena != nullptr || block == nullptr);
  if (arena != nullptr) arena->free(block);
}
