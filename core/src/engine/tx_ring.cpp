#include "whit/detail/tx_ring.hpp"

#include "wire/mask.hpp"

namespace whit::detail {

void TxRing::drop(std::size_t n) {
  size_ -= n;
  head_ = size_ == 0 ? 0 : wrap(head_ + n);
}

std::uint32_t TxRing::put(std::size_t at, Bytes bytes, std::uint32_t key) {
  if (at + bytes.size() > size_) size_ = at + bytes.size();
  const std::size_t start = wrap(head_ + at);
  const std::size_t contiguous = capacity_ - start;
  if (bytes.size() <= contiguous) return mask(data_ + start, bytes.data(), bytes.size(), key);
  key = mask(data_ + start, bytes.data(), contiguous, key);
  return mask(data_, bytes.data() + contiguous, bytes.size() - contiguous, key);
}

void TxRing::open_gap(std::size_t at, std::size_t n) {
  for (std::size_t i = size_; i > at; --i) data_[wrap(head_ + i - 1 + n)] = this->at(i - 1);
  size_ += n;
}

}  // namespace whit::detail
