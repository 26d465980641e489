#include "whit/messages.hpp"

#include <cstring>

namespace whit {

namespace {
constexpr unsigned kMaxChunksPerPoll = 16;  // bounds the work of one poll; the next one goes on
}

Messages::Messages(WebSocket& socket, MutBytes buffer, Oversize policy)
    : socket_(socket), buffer_(buffer), limit_(policy == Oversize::close ? buffer.size() : kUnlimited) {}

bool Messages::poll(Instant now, Event& event) {
  // So a message that is too big ends the link at its header (RFC 6455 10.4), not when the buffer is full. Each link
  // begins with the limit of its options.
  if (socket_.max_message_ > limit_) socket_.max_message_ = limit_;
  for (unsigned budget = kMaxChunksPerPoll; budget != 0 && socket_.poll(now, event); --budget) {
    if (event.type != Event::Type::chunk || add(event.chunk, event)) return true;
  }
  return false;
}

// True when the chunk completes a message, or the end of one that is skipped.
bool Messages::add(const Chunk& chunk, Event& event) {
  if (chunk.first) {
    size_ = 0;
    // Judged by the announced size where there is one, so that it does not matter how the bytes arrive.
    skipping_ = chunk.total != kUnknownSize && chunk.total > buffer_.size();
  }
  if (chunk.data.size() > buffer_.size() - size_) skipping_ = true;
  if (skipping_) {
    if (!chunk.last) return false;
    event.type = Event::Type::skipped;
    event.skipped.size = chunk.offset + chunk.data.size();
    event.skipped.type = chunk.type;
    return true;
  }
  event.message.data = chunk.data;
  event.message.type = chunk.type;
  if (!(chunk.first && chunk.last)) {
    if (!chunk.data.empty()) std::memcpy(buffer_.data() + size_, chunk.data.data(), chunk.data.size());
    size_ += chunk.data.size();
    if (!chunk.last) return false;
    event.message.data = buffer_.first(size_);
  }
  event.type = Event::Type::message;
  return true;
}

}  // namespace whit
