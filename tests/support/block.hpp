// Memory that notices when somebody reads past its end.
#pragma once

#include <cstddef>
#include <cstdint>

#include "whit/bytes.hpp"

namespace whit::test {

/// Where received bytes are laid down.
enum class Placement : std::uint8_t {
  heap,   ///< A heap block of exactly their size: AddressSanitizer sees a step beyond.
  guard,  ///< Directly before a page that may not be touched: any build sees it. A board has no such
          ///< pages: there it is a heap block, too.
};

/// A copy of some bytes in memory of exactly their size.
class Block {
 public:
  Block() = default;
  Block(Bytes content, Placement placement);
  Block(Block&& other) noexcept;
  Block& operator=(Block&& other) noexcept;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() { release(); }

  [[nodiscard]] MutBytes bytes() const { return {data_, size_}; }

 private:
  void map();
  void unmap();
  void release();

  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  void* mapping_ = nullptr;  // guard only
  std::size_t mapped_ = 0;
};

}  // namespace whit::test
