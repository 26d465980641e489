// The memory of mbedTLS: one block that the caller gives, never the heap.
#pragma once

#include <cstddef>

#include "whit/bytes.hpp"

namespace whit::mbedtls {

/// A first-fit allocator over the caller's memory, usually a static array. mbedTLS allocates from the arena of the
/// Config in use and nowhere else. mbedTLS comes with an allocator of its own; this one has 4 bytes of overhead a block
/// on a 32-bit machine instead of 32, which with the 50 blocks of a handshake is what makes TLS fit in 16 KiB.
///
/// Not for several threads at once.
class Arena {
 public:
  explicit Arena(MutBytes memory);
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Bytes in use, with their overhead.
  [[nodiscard]] std::size_t used() const { return used_; }
  /// How large an arena would have been enough for all that happened since reset_peak(): the highest byte ever in use.
  [[nodiscard]] std::size_t peak() const { return peak_; }
  /// Blocks in use.
  [[nodiscard]] std::size_t blocks() const { return blocks_; }
  /// The size of the first request that could not be met since reset_failure(); 0 if all were.
  [[nodiscard]] std::size_t failed_request() const { return failed_request_; }
  void reset_peak();
  void reset_failure() { failed_request_ = 0; }

  /// Zeroed memory for the strictest alignment, or null.
  void* allocate(std::size_t size);
  /// A block of this arena, or null.
  void free(void* block);

  /// While it lives, mbedTLS allocates from this arena. Scopes nest.
  class Scope {
   public:
    explicit Scope(Arena& arena) : before_(current_) { current_ = &arena; }
    ~Scope() { current_ = before_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Arena* before_;
  };
  /// Whether a block is of this arena's memory.
  [[nodiscard]] bool owns(const void* block) const;
  /// The arena of the innermost Scope; null outside.
  [[nodiscard]] static Arena* current() { return current_; }

 private:
  struct Block;
  [[nodiscard]] Block* first() const;
  [[nodiscard]] bool at_end(const Block* block) const;
  [[nodiscard]] std::size_t offset(const Block* block) const;

  static Arena* current_;
  unsigned char* memory_;
  std::size_t size_;
  std::size_t used_ = 0;
  std::size_t peak_ = 0;
  std::size_t blocks_ = 0;
  std::size_t failed_request_ = 0;
};

}  // namespace whit::mbedtls
