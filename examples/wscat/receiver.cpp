#include "wscat/receiver.hpp"

#include <cstring>

namespace wscat {

using whit::Chunk;
using whit::Event;

bool Receiver::take(Event& event) {
  const Chunk& chunk = event.chunk;
  show(chunk);
  const bool whole = chunk.first && chunk.last && chunk.data.size() <= buffer_.size();
  if (!whole) keep(chunk);
  if (!chunk.last) return false;
  if (!whole && skipping_) {
    event.type = Event::Type::skipped;
    event.skipped = {chunk.offset + chunk.data.size(), chunk.type};
  } else {
    event.type = Event::Type::message;
    event.message = {whole ? chunk.data : buffer_.first(size_), chunk.type};
  }
  return true;
}

void Receiver::keep(const Chunk& chunk) {
  if (chunk.first) {
    size_ = 0;
    skipping_ = false;
  }
  if (chunk.data.size() > buffer_.size() - size_) skipping_ = true;
  if (skipping_ || chunk.data.empty()) return;
  std::memcpy(buffer_.data() + size_, chunk.data.data(), chunk.data.size());
  size_ += chunk.data.size();
}

void Receiver::show(const Chunk& chunk) {
  progress_.show(Progress::received, chunk.offset + chunk.data.size(),
                 chunk.total == whit::kUnknownSize ? Progress::kUnknown : chunk.total);
  if (chunk.last) progress_.end(Progress::received);
}

}  // namespace wscat
