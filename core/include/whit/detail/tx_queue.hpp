// Frames in the ring: where they begin, what of them is payload, and how a control frame overtakes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "whit/bytes.hpp"
#include "whit/detail/frame.hpp"
#include "whit/detail/tx_ring.hpp"
#include "whit/limits.hpp"

namespace whit::detail {

//   |== frame in progress ==|== frame ==|== frame ==|   room   | reserve |
//   ^ head                  ^ boundary: a control frame goes in here
//
// Headers in the ring can be read, so nothing beside them remembers where the frames begin: only how much is left of
// the first. The reserve keeps data from filling the ring to the brim, so that a pong or a Close finds room.
class TxQueue {
 public:
  static constexpr std::size_t kNone = ~std::size_t{0};

  explicit TxQueue(MutBytes memory) : ring(memory), data_limit_(memory.size() - reserve(memory.size())) {}

  /// Forgets everything; what comes first is no frame.
  void begin() {
    clear();
    front_left_ = kNone;
  }
  /// What comes next is. What is left of the HTTP message counts as one frame without payload.
  void begin_frames(bool masked) {
    front_left_ = ring.size();
    if (kServerRole) masked_ = masked;
  }

  /// Bytes that a data frame, header included, may have now, and at best.
  [[nodiscard]] std::size_t data_room() const { return ring.size() < data_limit_ ? data_limit_ - ring.size() : 0; }
  [[nodiscard]] std::size_t max_data() const { return data_limit_; }

  /// Can a data frame of so few bytes that nothing overflows be appended without being cut at the end of the ring's
  /// memory?
  [[nodiscard]] bool fits_uncut(std::size_t header, std::size_t size) const {
    return ring.size() + header + size <= data_limit_ && ring.end_offset() + header + size <= ring.capacity();
  }
  /// The transport took it all, and no frame is half written.
  void clear() {
    ring.clear();
    buffered = front_left_ = front_payload_ = 0;
  }
  /// Inserts a frame of `size` payload bytes at the end of the ring, behind whole frames, or at a boundary(); there
  /// must be room. Without a payload only its header. It is for the caller to count what of it is `buffered`.
  void insert(std::size_t at, std::uint8_t first, const std::uint8_t* payload, std::size_t size, std::uint32_t key);
  /// Appends payload of a data frame; returns the rotated key.
  std::uint32_t append_payload(Bytes payload, std::uint32_t key);

  /// Where a control frame may go now, behind `held` bytes and the control frames already there; beyond the
  /// end if the frame that is in progress is not wholly in the ring.
  [[nodiscard]] std::size_t boundary(std::size_t held) const;
  /// Accounts n bytes that the transport took.
  void taken(std::size_t n);

  TxRing ring;
  std::size_t buffered = 0;  // W3C bufferedAmount: payload of data frames, also of those dropped while closing

 private:
  /// Size of the frame that begins at a position of the ring, with its header; `payload` is that of data only.
  std::size_t frame_at(std::size_t at, std::size_t& payload) const;
  static std::size_t reserve(std::size_t capacity) {
    return capacity / 4 < kMaxControlFrame ? capacity / 4 : kMaxControlFrame;
  }

  [[nodiscard]] bool masked() const { return !kServerRole || masked_; }

  std::size_t data_limit_;         // what data may fill
  std::size_t front_left_ = 0;     // bytes of the frame at the head not yet taken
  std::size_t front_payload_ = 0;  // of these, data payload
  bool masked_;                    // since begin_frames()
};

}  // namespace whit::detail
