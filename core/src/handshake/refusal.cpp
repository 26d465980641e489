// Reads what a server says when it refuses: three fields, and the start of a body (RFC 9112 6.3, 7.1).
#include "whit/refusal.hpp"

#include <cstring>

#include "wire/fields.hpp"

namespace whit {

using detail::LineReader;

void Refusal::reset(Refusal& self) {
  self.location_ = self.retry_after_ = self.www_authenticate_ = self.versions_ = self.body_ = {};
  self.line_.next();
  self.left_ = 0;
  self.used_ = 0;
  self.stage_ = Stage::fields;
  self.unclear_ = self.coded_ = self.chunked_ = self.has_length_ = self.truncated_ = false;
}

const std::uint8_t* Refusal::consume(Refusal& self, const std::uint8_t* at, const std::uint8_t* end,
                                     std::uint16_t status) {
  while (at != end && self.stage_ != Stage::done) {
    const Bytes rest(at, static_cast<std::size_t>(end - at));
    switch (self.stage_) {
      case Stage::fields:
      case Stage::chunk_size:
      case Stage::trailers: at += self.read_line(rest, status); break;
      default: at += self.read_body(rest); break;
    }
  }
  return at;
}

// A line of the head, of a chunk's start, or of the trailers. It is read into the free part of the buffer; only what is
// kept of it stays there.
std::size_t Refusal::read_line(Bytes in, std::uint16_t status) {
  const MutBytes room = buffer_.drop(used_);
  std::size_t n = 0;
  const LineReader::Result result = line_.read(in, room, true, n);
  if (result == LineReader::Result::more) return n;
  const std::string_view line = as_text(Bytes(room.data(), line_.size()));
  const bool cut = line_.cut();
  line_.next();
  if (result == LineReader::Result::bad) {
    give_up();
  } else if (stage_ == Stage::trailers) {
    if (line.empty() && !cut) stage_ = Stage::done;
  } else if (stage_ == Stage::chunk_size) {
    begin_chunk(line, cut);
  } else if (line.empty() && !cut) {
    begin_body(status);
  } else {
    take_field(line, cut);
  }
  return n;
}

void Refusal::give_up() {
  truncated_ = true;
  stage_ = Stage::done;
}

void Refusal::take_field(std::string_view line, bool cut) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    truncated_ = unclear_ = true;
    return;
  }
  const std::string_view name = detail::slice(line, 0, colon);
  const std::string_view value = detail::trim(detail::slice(line, colon + 1));
  Part* part = nullptr;
  if (detail::equal_names(name, "location")) part = &location_;
  if (detail::equal_names(name, "retry-after")) part = &retry_after_;
  if (detail::equal_names(name, "www-authenticate")) part = &www_authenticate_;
  if (detail::equal_names(name, "transfer-encoding")) {
    coded_ = true;
    chunked_ = detail::list_has(value, "chunked");
    unclear_ = unclear_ || cut;
  }
  if (detail::equal_names(name, "content-length")) {
    unclear_ = unclear_ || cut;
    if (!take_length(value)) give_up();
  }
  if (detail::equal_names(name, "sec-websocket-version")) part = &versions_;
  const bool list = part == &www_authenticate_ || part == &versions_;
  if (part != nullptr && (part->size == 0 || list)) keep(*part, value, cut);
}

// What is kept goes behind what was kept before. More of a list is put together with what there is of it (RFC
// 9110 5.3).
void Refusal::keep(Part& part, std::string_view value, bool cut) {
  const std::string_view before = view(part), comma = before.empty() ? "" : ", ";
  const std::size_t size = before.size() + comma.size() + value.size();
  // A part of an address or a challenge is worth nothing.
  if (cut || size > buffer_.size() - used_) {
    truncated_ = true;
    return;
  }
  std::uint8_t* const to = buffer_.data() + used_;
  // The value stands in the free part of the buffer already: it moves first.
  std::memmove(to + size - value.size(), value.data(), value.size());
  if (!before.empty()) {
    std::memcpy(to, before.data(), before.size());
    std::memcpy(to + before.size(), comma.data(), comma.size());
  }
  part = {used_, static_cast<std::uint16_t>(size)};
  used_ = static_cast<std::uint16_t>(used_ + size);
}

// RFC 9112 6.3: a list of equal numbers is one number; anything else is beyond repair.
bool Refusal::take_length(std::string_view list) {
  while (list.data() != nullptr) {
    const std::string_view number = detail::next_member(list);
    std::uint64_t value = 0;
    for (const char c : number) {
      if (c < '0' || c > '9' || value > kMaxLength) return false;
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    if (number.empty() || (has_length_ && value != left_)) return false;
    has_length_ = true;
    left_ = value;
  }
  return true;
}

void Refusal::begin_body(std::uint16_t status) {
  body_.at = used_;
  // RFC 9112 6.3: any coding wins over a length, and these have no body.
  if (status == 204 || status == 304) {
    stage_ = Stage::done;
  } else if (unclear_) {
    give_up();
  } else if (chunked_) {
    stage_ = Stage::chunk_size;
  } else if (has_length_ && !coded_) {
    stage_ = left_ != 0 ? Stage::counted : Stage::done;
  } else {
    stage_ = Stage::until_close;
  }
}

void Refusal::begin_chunk(std::string_view line, bool cut) {
  std::size_t digits = 0;
  left_ = 0;
  for (; digits < line.size(); ++digits) {
    const char c = detail::lower(line[digits]);
    const bool letter = c >= 'a' && c <= 'f';
    if (!letter && (c < '0' || c > '9')) break;
    if (left_ > kMaxLength) return give_up();
    left_ = left_ * 16 + static_cast<unsigned>(letter ? c - 'a' + 10 : c - '0');
  }
  // Of a line that was cut, more digits may be missing.
  const bool ends = digits == line.size() ? !cut : line[digits] == ';' || line[digits] == ' ' || line[digits] == '\t';
  if (digits == 0 || !ends) return give_up();
  stage_ = left_ != 0 ? Stage::chunk_data : Stage::trailers;
}

std::size_t Refusal::read_body(Bytes in) {
  if (stage_ == Stage::chunk_end) {
    // A CRLF, or a lone LF, ends a chunk.
    if (in[0] == '\n') {
      stage_ = Stage::chunk_size;
    } else if (in[0] != '\r') {
      give_up();
    }
    return 1;
  }
  const bool counted = stage_ != Stage::until_close;
  const std::size_t n = counted && left_ < in.size() ? static_cast<std::size_t>(left_) : in.size();
  keep_body(in.first(n));
  if (!counted || stage_ == Stage::done) return n;
  left_ -= n;
  if (left_ == 0) stage_ = stage_ == Stage::counted ? Stage::done : Stage::chunk_end;
  return n;
}

// Keeps what fits. Once the buffer is full there is nothing more to wait for.
void Refusal::keep_body(Bytes bytes) {
  // The start of a chunk needs room for its line, so a full buffer must not be reached by counting on it.
  const std::size_t reserved = used_ + (chunked_ ? kLineRoom : 0);
  const std::size_t room = buffer_.size() > reserved ? buffer_.size() - reserved : 0;
  const std::size_t n = bytes.size() < room ? bytes.size() : room;
  if (n != 0) std::memcpy(buffer_.data() + used_, bytes.data(), n);
  used_ = static_cast<std::uint16_t>(used_ + n);
  body_.size = static_cast<std::uint16_t>(body_.size + n);
  if (n < bytes.size()) give_up();
}

}  // namespace whit
