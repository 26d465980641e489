#include "support/block.hpp"

#include <cstring>
#include <utility>

#if __has_include(<sys/mman.h>)
#define WHIT_TEST_PAGES 1
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#endif

namespace whit::test {

Block::Block(Bytes content, Placement placement) : size_(content.size()) {
  if (placement == Placement::guard) map();
  if (data_ == nullptr) data_ = new std::uint8_t[size_];
  if (size_ != 0) std::memcpy(data_, content.data(), size_);
}

#ifdef WHIT_TEST_PAGES
void Block::map() {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t usable = (size_ + page - 1) / page * page;
  mapped_ = usable + page;
  mapping_ = ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  auto* const base = static_cast<std::uint8_t*>(mapping_);
  if (mapping_ == MAP_FAILED || ::mprotect(base + usable, page, PROT_NONE) != 0) {
    std::fputs("Block: no guarded memory\n", stderr);
    std::abort();
  }
  data_ = base + usable - size_;
}

void Block::unmap() { ::munmap(mapping_, mapped_); }
#else
void Block::map() {}
void Block::unmap() {}
#endif

Block::Block(Block&& other) noexcept { *this = std::move(other); }

Block& Block::operator=(Block&& other) noexcept {
  if (this == &other) return *this;
  release();
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  mapping_ = std::exchange(other.mapping_, nullptr);
  mapped_ = std::exchange(other.mapped_, 0);
  return *this;
}

void Block::release() {
  if (mapping_ != nullptr) {
    unmap();
  } else {
    delete[] data_;
  }
  data_ = nullptr;
  mapping_ = nullptr;
}

}  // namespace whit::test
