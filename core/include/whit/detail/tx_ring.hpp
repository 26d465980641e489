// The bytes that wait to be sent, in the caller's memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "whit/bytes.hpp"

namespace whit::detail {

//            head_              size_ bytes, in order            capacity
//   |  free   |##################################|     free        |
//
// It may wrap. When it runs empty it starts again at 0, so that small messages are offered to the transport in one
// piece.
class TxRing {
 public:
  explicit TxRing(MutBytes memory) : data_(memory.data()), capacity_(memory.size()) {}

  void clear() { head_ = size_ = 0; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool wraps() const { return size_ > capacity_ - head_; }
  [[nodiscard]] Bytes front_uncut() const { return {data_ + head_, size_}; }
  [[nodiscard]] std::uint8_t* end() const { return data_ + head_ + size_; }
  [[nodiscard]] std::size_t end_offset() const { return head_ + size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t room() const { return capacity_ - size_; }

  /// The oldest contiguous bytes.
  [[nodiscard]] Bytes front() const { return {data_ + head_, smaller(size_, capacity_ - head_)}; }
  /// Forgets n bytes at the front.
  void drop(std::size_t n);
  /// Where the next contiguous bytes go; commit() what was written there.
  [[nodiscard]] MutBytes tail() {
    const std::size_t at = wrap(head_ + size_);
    return {data_ + at, smaller(room(), capacity_ - at)};
  }
  void commit(std::size_t n) { size_ += n; }

  [[nodiscard]] std::uint8_t at(std::size_t i) const { return data_[wrap(head_ + i)]; }
  /// Writes bytes at position `at` XORed with the key; the ring must be that long. Returns the rotated key.
  std::uint32_t put(std::size_t at, const std::uint8_t* bytes, std::size_t size, std::uint32_t key);
  /// Moves what stands from `at` on by n bytes towards the end; there must be room.
  void open_gap(std::size_t at, std::size_t n);
  void truncate(std::size_t at) { size_ = at; }

 private:
  [[nodiscard]] static std::size_t smaller(std::size_t a, std::size_t b) { return a < b ? a : b; }
  [[nodiscard]] std::size_t wrap(std::size_t i) const { return i < capacity_ ? i : i - capacity_; }

  std::uint8_t* data_;
  std::size_t capacity_;
  std::size_t head_ = 0;
  std::size_t size_ = 0;
};

}  // namespace whit::detail
