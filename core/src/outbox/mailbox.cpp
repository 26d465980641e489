//        begin_           end_
//   | free | size data size data | free |      begin_ == end_: empty, so one byte always stays free
#include "whit/mailbox.hpp"

#include <cstring>

namespace whit {
namespace {
constexpr std::size_t kHead = 2;
}

void Mailbox::copy_in(std::size_t at, const std::uint8_t* data, std::size_t size) {
  const std::size_t first = size < memory_.size() - at ? size : memory_.size() - at;
  if (first != 0) std::memcpy(memory_.data() + at, data, first);
  if (size != first) std::memcpy(memory_.data(), data + first, size - first);
}

void Mailbox::copy_out(std::size_t at, std::uint8_t* data, std::size_t size) const {
  const std::size_t first = size < memory_.size() - at ? size : memory_.size() - at;
  if (first != 0) std::memcpy(data, memory_.data() + at, first);
  if (size != first) std::memcpy(data + first, memory_.data(), size - first);
}

std::size_t Mailbox::size_at(std::size_t at) const {
  std::uint8_t head[kHead];
  copy_out(at, head, kHead);
  return static_cast<std::size_t>(head[0] << 8 | head[1]);
}

bool Mailbox::put(Bytes message) {
  const std::size_t end = end_.load(std::memory_order_relaxed);
  const std::size_t begin = begin_.load(std::memory_order_acquire);  // what the consumer has let go of may be written
  const std::size_t used = end >= begin ? end - begin : end + memory_.size() - begin;
  if (message.empty() || message.size() > 0xFFFF) return false;
  if (used + kHead + message.size() >= memory_.size()) return false;
  const std::uint8_t head[kHead] = {static_cast<std::uint8_t>(message.size() >> 8),
                                    static_cast<std::uint8_t>(message.size())};
  copy_in(end, head, kHead);
  copy_in(ahead(end, kHead), message.data(), message.size());
  end_.store(ahead(end, kHead + message.size()), std::memory_order_release);
  return true;
}

std::size_t Mailbox::next_size() const {
  const std::size_t begin = begin_.load(std::memory_order_relaxed);
  return begin == end_.load(std::memory_order_acquire) ? 0 : size_at(begin);
}

std::size_t Mailbox::take(MutBytes out) {
  const std::size_t begin = begin_.load(std::memory_order_relaxed);
  const std::size_t size = next_size();
  if (size == 0 || size > out.size()) return 0;
  copy_out(ahead(begin, kHead), out.data(), size);
  begin_.store(ahead(begin, kHead + size), std::memory_order_release);
  return size;
}

}  // namespace whit
