#include "whit/detail/tx_queue.hpp"

#include <cstring>

#include "wire/machine.hpp"
#include "wire/mask.hpp"

namespace whit::detail {

namespace {

// Writes a header in the shortest form, and a key behind it, which counts if it is masked; returns the header's size.
inline std::size_t write_header(std::uint8_t* to, std::uint8_t first, std::size_t size, bool masked,
                                std::uint32_t key) {
  std::size_t n = 2, length = size;
  if (size >= 126) {
    // RFC 6455 5.2: the shortest form, network order.
    n = size <= 0xFFFF ? 4 : 10;
    length = size <= 0xFFFF ? 126 : 127;
    for (std::size_t i = n; i != 2; size >>= 8) to[--i] = static_cast<std::uint8_t>(size);
  }
  to[0] = first;
  to[1] = static_cast<std::uint8_t>(length | static_cast<std::size_t>(masked) << 7);
  std::memcpy(to + n, &key, sizeof key);
  return n + sizeof key * masked;
}

}  // namespace

void TxQueue::insert(std::size_t at, std::uint8_t first, const std::uint8_t* payload, std::size_t size,
                     std::uint32_t key) {
#if !WHIT_SMALL
  // The common case: it need not be cut at the end of the ring's memory.
  const MutBytes tail = ring.tail();
  if (at == ring.size() && payload != nullptr && tail.size() >= kMaxHeader + size) {
    std::uint8_t* const start = tail.data();
    std::uint8_t* to = start + write_header(start, first, size, masked(), key);
    mask(to, payload, size, key);
    ring.commit(static_cast<std::size_t>(to - start) + size);
    return;
  }
#endif
  std::uint8_t header[kMaxHeader];
  const std::size_t n = write_header(header, first, size, masked(), key);
  if (payload == nullptr) size = 0;
  ring.open_gap(at, n + size);
  ring.put(at, header, n, 0);
  ring.put(at + n, payload, size, key);
}

std::uint32_t TxQueue::append_payload(Bytes payload, std::uint32_t key) {
  const std::size_t at = ring.size();
  buffered += payload.size();
  ring.commit(payload.size());
  return ring.put(at, payload.data(), payload.size(), key);
}

std::size_t TxQueue::frame_at(std::size_t at, std::size_t& payload) const {
  const std::uint8_t first = ring.at(at++);
  std::size_t size = ring.at(at++) & 0x7F;
  std::size_t header = masked() ? 6 : 2;
  if (size >= 126) {
    const std::size_t width = size == 126 ? 2 : 8;
    header += width;
    size = 0;
    for (const std::size_t end = at + width; at != end;) size = size << 8 | ring.at(at++);
  }
  payload = (first & 0x08) != 0 ? 0 : size;
  return size + header;
}

std::size_t TxQueue::boundary(std::size_t held) const {
  std::size_t at = front_left_;
  while (at < ring.size()) {
    // Pongs stay in order: a control frame goes behind those that wait already.
    if (at >= held && (ring.at(at) & 0x08) == 0) break;
    std::size_t payload;
    at += frame_at(at, payload);
  }
  return at;
}

void TxQueue::taken(std::size_t n) {
  while (n != 0) {
    if (front_left_ == 0) front_left_ = frame_at(0, front_payload_);
    const std::size_t step = n < front_left_ ? n : front_left_;
    n -= step;
    front_left_ -= step;
    if (front_left_ < front_payload_) {
      buffered -= front_payload_ - front_left_;
      front_payload_ = front_left_;
    }
    ring.drop(step);
  }
}

}  // namespace whit::detail
