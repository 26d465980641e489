// Bytes -> frame headers, with every rule of RFC 6455 5 that a header can break.
#pragma once

#include <cstddef>
#include <cstdint>

#include "whit/detail/frame.hpp"
#include "whit/detail/link_state.hpp"
#include "whit/detail/utf8.hpp"
#include "whit/error.hpp"
#include "whit/event.hpp"

namespace whit::detail {

//  first ──> second ──> length (2 or 8 bytes) ──> key (server) ──> payload ──┐
//    ^                                                                       │
//    └───────────────────────────────────────────────────────────────────────┘
//
/// Reads headers byte by byte, so that a violation shows with the byte that commits it, and keeps what connects the
/// frames of a message: its type, the bytes so far, the state of its UTF-8. All zeros is its initial state.
class FrameReader {
 public:
  [[nodiscard]] bool in_payload() const { return stage_ == Stage::payload; }
  [[nodiscard]] bool between_messages() const { return stage_ == Stage::first && message_ == 0; }
  [[nodiscard]] std::uint8_t opcode() const { return first_ & 0x0F; }
  [[nodiscard]] bool fin() const { return (first_ & kFin) != 0; }
  [[nodiscard]] bool is_control() const { return (first_ & 0x08) != 0; }

  /// A control frame whose payload is coming in matters no more: what is left of it is read as of a stray pong.
  void forget_control() { first_ = kFin | kPong; }

  /// Takes a header, or what is still to come of it, and payload behind it from the link's input; unmasks the payload
  /// and describes it in `chunk`: of a control frame where it is, of a data frame everything. If the bytes run out
  /// before there is a piece of a payload, the chunk's data is a null pointer.
  Error read(LinkState& link, Chunk& chunk);

 private:
  Error read_header(LinkState& link);

  // The numbers of the lengths are those in the header, less 124.
  enum class Stage : std::uint8_t { first, second, length16, length64, key, payload };

  Stage stage_ = Stage::first;
  std::uint8_t first_ = 0;
  std::uint8_t need_ = 0;      // bytes of the length or key still to come
  std::uint8_t message_ = 0;   // opcode of the unfinished message; 0 between messages
  std::uint16_t empties_ = 0;  // empty fragments in a row
  Utf8 utf8_;                  // a valid text leaves it as it found it
  std::uint64_t offset_ = 0;   // payload bytes of this message so far

 public:
  std::uint64_t left = 0;  // payload bytes of this frame still to come
  std::uint32_t key = 0;   // server: rotated, ready for the next payload byte
  bool fresh = false;      // a header was read since somebody reset this
};

}  // namespace whit::detail
