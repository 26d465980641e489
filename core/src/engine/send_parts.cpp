// Messages that are not one piece of memory: gathered from several, or written bit by bit.
#include "whit/websocket.hpp"

namespace whit {

namespace {

std::uint8_t final_frame(MessageType type) {
  return static_cast<std::uint8_t>(detail::kFin | static_cast<std::uint8_t>(type));
}

bool valid_text(Span<const Bytes> parts) {
  detail::Utf8 utf8;
  for (const Bytes part : parts) {
    if (!utf8.feed(part.data(), part.size())) return false;
  }
  return utf8.complete();
}

}  // namespace

std::size_t WebSocket::max_message() const {
  // The largest n with header_size(n) + n <= room: longer messages have longer headers.
  const std::size_t room = queue_.max_data() - detail::header_size(0, !server());
  if (room <= 125 + 2) return room < 125 ? room : 125;
  if (room - 2 <= 0xFFFF) return room - 2;
  return room - 8 > 0xFFFF ? room - 8 : 0xFFFF;
}

// Appends the header of a data frame of `size` bytes, of which `room` must fit behind it.
Status WebSocket::begin_frame(std::uint8_t first, std::size_t size, std::size_t room) {
  const Status status = admit(size, room);
  if (status != Status::ok) return status;
  if (!put_frame(queue_.ring.size(), first, nullptr, size)) return Status::closed;
  open_.send_key = open_.frame_key;
  return status;
}

Status WebSocket::send(MessageType type, Span<const Bytes> parts) {
  std::size_t size = 0;
  for (const Bytes part : parts) {
    size += part.size();
    if (size < part.size()) return Status::message_too_big;
  }
  Status status = may_begin(size);
  if (status != Status::ok) return status;
  if (type == MessageType::text && !valid_text(parts)) return Status::bad_utf8;
  status = begin_frame(final_frame(type), size, size);
  if (status == Status::closed) return may_begin(size);  // lost just here: dropped, but counted
  if (status != Status::ok) return status;
  for (const Bytes part : parts) open_.send_key = queue_.append_payload(part, open_.send_key);
  return Status::ok;
}

Status WebSocket::begin(MessageType type) {
  const Status status = may_begin(0);
  if (status != Status::ok) return status;
  sending_ = Sending::fragments;
  send_type_ = type;
  send_first_ = true;
  open_.send_utf8 = detail::Utf8();
  return Status::ok;
}

Status WebSocket::begin(MessageType type, std::size_t size) {
  Status status = may_begin(0);
  if (status != Status::ok) return status;
  // RFC 6455 5.2: 63 bits; and a position behind the frame must fit our own arithmetic.
  if (size > ~std::size_t{0} / 2) return Status::message_too_big;
  status = begin_frame(final_frame(type), size, 0);
  if (status != Status::ok) return status;
  sending_ = Sending::sized;
  send_type_ = type;
  open_.send_left = size;
  open_.send_utf8 = detail::Utf8();
  return Status::ok;
}

Status WebSocket::write(Bytes data, std::size_t& taken) {
  taken = 0;
  if (!writing()) {
    const Status status = may_begin(data.size());
    return status == Status::ok ? Status::invalid_state : status;
  }
  const bool sized = sending_ == Sending::sized;
  if (sized && data.size() > open_.send_left) return Status::size_mismatch;
  if (data.empty()) return Status::ok;
  const std::size_t overhead = sized ? 0 : detail::header_size(data.size(), !server());
  const std::size_t room = queue_.data_room();
  if (room <= overhead) return no_room();
  const Bytes piece = data.first(data.size() < room - overhead ? data.size() : room - overhead);
  detail::Utf8 utf8 = open_.send_utf8;
  if (send_type_ == MessageType::text) {
    // The last byte of an announced size ends the message: there is no mending it afterwards.
    const bool ends = sized && piece.size() == open_.send_left;
    if (!utf8.feed(piece.data(), piece.size(), ends)) return Status::bad_utf8;
  }
  if (sized) {
    open_.send_left -= piece.size();
  } else {
    // RFC 6455 5.4: the first fragment carries the type, the others are continuations.
    const auto opcode = static_cast<std::uint8_t>(send_first_ ? send_type_ : MessageType{});
    const Status status = begin_frame(opcode, piece.size(), piece.size());
    if (status == Status::closed) return may_begin(data.size());
    if (status != Status::ok) return status;
    send_first_ = false;
  }
  open_.send_key = queue_.append_payload(piece, open_.send_key);
  open_.send_utf8 = utf8;
  taken = piece.size();
  return Status::ok;
}

Status WebSocket::end() {
  if (!writing()) {
    const Status status = may_begin(0);
    return status == Status::ok ? Status::invalid_state : status;
  }
  if (open_.send_left != 0) return Status::size_mismatch;
  if (sending_ == Sending::fragments) {
    if (!open_.send_utf8.complete()) return Status::bad_utf8;
    const auto opcode = static_cast<std::uint8_t>(send_first_ ? send_type_ : MessageType{});
    const Status status = begin_frame(static_cast<std::uint8_t>(detail::kFin | opcode), 0, 0);
    if (status != Status::ok) return status;
  }
  sending_ = Sending::none;
  return Status::ok;
}

}  // namespace whit
