#include "whit/detail/tx_ring.hpp"

#include "wire/mask.hpp"

namespace whit::detail {

void TxRing::drop(std::size_t n) {
  size_ -= n;
  head_ = size_ == 0 ? 0 : wrap(head_ + n);
}

std::uint32_t TxRing::put(std::size_t at, const std::uint8_t* bytes, std::size_t size, std::uint32_t key) {
  const std::size_t start = wrap(head_ + at);
  const std::size_t contiguous = smaller(size, capacity_ - start);
  key = mask(data_ + start, bytes, contiguous, key);
  return mask(data_, bytes + contiguous, size - contiguous, key);
}

void TxRing::open_gap(std::size_t at, std::size_t n) {
  for (std::size_t i = size_; i > at; --i) data_[wrap(head_ + i - 1 + n)] = this->at(i - 1);
  size_ += n;
}

}  // namespace whit::detail
