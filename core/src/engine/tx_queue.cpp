#include "whit/detail/tx_queue.hpp"

#include <cstring>

#include "wire/machine.hpp"
#include "wire/mask.hpp"

namespace whit::detail {

void TxQueue::begin_frames(bool masked) {
  // What is left of the HTTP message counts as one frame without payload.
  front_left_ = ring.size();
  masked_ = masked;
}

std::size_t TxQueue::put_header(std::size_t at, std::uint8_t first, std::size_t size, std::uint32_t key) {
  std::uint8_t header[kMaxHeader];
  std::size_t n = write_header(header, first, size, masked_);
  if (masked_) {
    std::memcpy(header + n, &key, sizeof key);
    n += sizeof key;
  }
  ring.put(at, {header, n}, 0);
  return at + n;
}

void TxQueue::append_frame(std::uint8_t first, Bytes payload, std::uint32_t key) {
#if !WHIT_SMALL
  // The common case: it need not be cut at the end of the ring's memory.
  const MutBytes tail = ring.tail();
  if (tail.size() >= kMaxHeader + payload.size()) {
    std::uint8_t* const start = tail.data();
    std::uint8_t* to = start + write_header(start, first, payload.size(), masked_);
    if (masked_) {
      std::memcpy(to, &key, sizeof key);
      to += sizeof key;
    }
    mask(to, payload.data(), payload.size(), key);
    ring.commit(static_cast<std::size_t>(to - start) + payload.size());
    buffered += payload.size();
    return;
  }
#endif
  put_header(ring.size(), first, payload.size(), key);
  append_payload(payload, key);
}

std::size_t TxQueue::frame_at(std::size_t at, std::size_t& payload) const {
  const bool control = (ring.at(at) & 0x08) != 0;
  std::size_t size = ring.at(at + 1) & 0x7F;
  if (size >= 126) {
    std::size_t width = size == 126 ? 2 : 8;
    size = 0;
    for (std::size_t i = at + 2; width != 0; --width) size = size << 8 | ring.at(i++);
  }
  payload = control ? 0 : size;
  return size + header_size(size, masked_);
}

std::size_t TxQueue::boundary(std::size_t held) const {
  std::size_t at = front_left_;
  while (at < ring.size()) {
    // Pongs stay in order: a control frame goes behind those that wait already.
    if (at >= held && (ring.at(at) & 0x08) == 0) break;
    std::size_t payload;
    at += frame_at(at, payload);
  }
  return at <= ring.size() ? at : kNone;
}

std::size_t TxQueue::open_control(std::size_t at, std::uint8_t opcode, std::size_t size, std::uint32_t key) {
  ring.open_gap(at, header_size(size, masked_) + size);
  return put_header(at, static_cast<std::uint8_t>(kFin | opcode), size, key);
}

void TxQueue::taken(std::size_t n) {
  while (n != 0) {
    if (front_left_ == 0) front_left_ = frame_at(0, front_payload_);
    const std::size_t step = n < front_left_ ? n : front_left_;
    front_left_ -= step;
    if (front_left_ < front_payload_) {
      buffered -= front_payload_ - front_left_;
      front_payload_ = front_left_;
    }
    ring.drop(step);
    n -= step;
  }
}

}  // namespace whit::detail
