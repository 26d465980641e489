// Bytes -> frame headers, with every rule of RFC 6455 5 that a header can break.
#pragma once

#include <cstddef>
#include <cstdint>

#include "whit/detail/frame.hpp"
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
  /// Takes header bytes from [p, end), moving p, until the payload begins or the bytes run out.
  Error read_header(std::uint8_t*& p, const std::uint8_t* end, bool server, std::size_t max_message);

  [[nodiscard]] bool in_payload() const { return stage_ == Stage::payload; }
  [[nodiscard]] bool between_messages() const { return stage_ == Stage::first && message_ == 0; }
  [[nodiscard]] std::uint8_t opcode() const { return first_ & 0x0F; }
  [[nodiscard]] bool fin() const { return (first_ & kFin) != 0; }
  [[nodiscard]] bool is_control() const { return (first_ & 0x08) != 0; }
  /// Ends the frame, and the message if this was its last.
  void end_frame();

  /// Takes payload of a data frame, of which `left` is still to come: judges it and describes it in `chunk`.
  /// `deliver` tells whether there is anything to hand out.
  Error take_data(std::uint8_t* data, std::size_t size, Chunk& chunk, bool& deliver);

 private:
  enum class Stage : std::uint8_t { first, second, length, key, payload };

  Error take_first(std::uint8_t byte);
  Error take_second(std::uint8_t byte, bool server);
  Error take_length(std::uint8_t byte);
  Error begin_payload(std::size_t max_message);

  Stage stage_ = Stage::first;
  std::uint8_t first_ = 0;
  std::uint8_t need_ = 0;      // bytes of the length or key still to come
  bool wide_ = false;          // the 64-bit length form
  std::uint8_t message_ = 0;   // opcode of the unfinished message; 0 between messages
  bool started_ = false;       // some of the message was delivered
  std::uint16_t empties_ = 0;  // empty fragments in a row
  Utf8 utf8_;
  std::uint64_t offset_ = 0;  // payload bytes of this message so far
  std::uint64_t total_ = 0;   // size of this message, if it is one single frame

 public:
  std::uint64_t left = 0;  // payload bytes of this frame still to come
  std::uint32_t key = 0;   // server: rotated, ready for the next payload byte
};

}  // namespace whit::detail
