//   memory_                                    used_
//   | record | data | record | data | ...       | free |
// In the order of submission, without gaps: what is removed lets the rest move up. Records are copied in and out, so
// that nothing has to be aligned.
#include "whit/outbox.hpp"

#include <cstring>

#include "whit/detail/utf8.hpp"
#include "whit/session.hpp"

namespace whit {

struct Outbox::Record {
  std::uint32_t size;  // of the data
  std::uint32_t end;   // of the link's bytes, when the last of the data is taken
  Instant expires;
  std::uint16_t key;
  MessageType type;
  std::uint8_t priority;
  bool in_flight;
  bool expiring;
};

Outbox::Outbox(WebSocket& socket, MutBytes memory, const OutboxOptions& options)
    : socket_(socket), memory_(memory), options_(options) {
  static_assert(sizeof(Record) <= 20);
}

Outbox::Outbox(WebSocket& socket, Session& session, MutBytes memory, const OutboxOptions& options)
    : Outbox(socket, memory, options) {
  session_ = &session;
}

Outbox::Record Outbox::load(std::size_t at) const {
  Record record;
  std::memcpy(&record, memory_.data() + at, sizeof record);
  return record;
}

void Outbox::store(std::size_t at, const Record& record) { std::memcpy(memory_.data() + at, &record, sizeof record); }

std::size_t Outbox::next(std::size_t at, const Record& record) const { return at + sizeof record + record.size; }

void Outbox::remove(std::size_t at) {
  const std::size_t end = next(at, load(at));
  std::memmove(memory_.data() + at, memory_.data() + end, used_ - end);
  used_ -= end - at;
  --count_;
}

Status Outbox::submit(const Post& post, Instant now) {
  const std::size_t size = sizeof(Record) + post.data.size();
  if (size > memory_.size() || post.data.size() > socket_.max_message()) return Status::message_too_big;
  if (post.type == MessageType::text && !detail::is_utf8(post.data)) return Status::bad_utf8;
  forget_delivered();
  forget_expired(now);
  // The older one is removed only if the new one is sure to find its place.
  std::size_t freed = 0;
  for (std::size_t at = 0; post.key != 0 && at < used_;) {
    const Record record = load(at);
    if (record.key == post.key && !record.in_flight) freed += sizeof record + record.size;
    at = next(at, record);
  }
  if (memory_.size() - used_ + freed < size && !make_room(size - freed, post)) return Status::would_block;
  if (post.key != 0) replace(post.key);
  const Record record{static_cast<std::uint32_t>(post.data.size()),
                      0,
                      now + post.ttl_ms,
                      post.key,
                      post.type,
                      post.priority,
                      false,
                      post.ttl_ms != 0};
  store(used_, record);
  if (!post.data.empty()) std::memcpy(memory_.data() + used_ + sizeof record, post.data.data(), post.data.size());
  used_ += size;
  ++count_;
  return Status::ok;
}

void Outbox::replace(std::uint16_t key) {
  for (std::size_t at = 0; at < used_;) {
    const Record record = load(at);
    if (record.key == key && !record.in_flight) {
      remove(at);
    } else {
      at = next(at, record);
    }
  }
}

// Drops the oldest of the lowest priority, again and again; what is on its way stays, and so does what the post will
// replace, whose room was reckoned with already. Nothing is dropped in vain.
bool Outbox::make_room(std::size_t size, const Post& post) {
  if (options_.when_full == OutboxOptions::WhenFull::refuse) return false;
  const auto may_go = [&](const Record& record) {
    return !record.in_flight && (post.key == 0 || record.key != post.key);
  };
  std::size_t possible = memory_.size() - used_;
  for (std::size_t at = 0; at < used_;) {
    const Record record = load(at);
    if (may_go(record) && record.priority <= post.priority) possible += sizeof record + record.size;
    at = next(at, record);
  }
  if (possible < size) return false;
  while (memory_.size() - used_ < size) {
    std::size_t lowest = used_;
    for (std::size_t at = 0; at < used_;) {
      const Record record = load(at);
      if (may_go(record) && (lowest == used_ || record.priority < load(lowest).priority)) lowest = at;
      at = next(at, record);
    }
    remove(lowest);
    ++dropped_;
  }
  return true;
}

void Outbox::forget_expired(Instant now) {
  for (std::size_t at = 0; at < used_;) {
    const Record record = load(at);
    if (record.expiring && !record.in_flight && reached(now, record.expires)) {
      remove(at);
      ++expired_;
    } else {
      at = next(at, record);
    }
  }
}

// W3C bufferedAmount tells how many of the bytes that were given to the link are still here.
void Outbox::forget_delivered() {
  const std::uint32_t taken = sent_ - static_cast<std::uint32_t>(socket_.buffered_amount());
  for (std::size_t at = 0; at < used_;) {
    const Record record = load(at);
    if (record.in_flight && static_cast<std::int32_t>(taken - record.end) >= 0) {
      remove(at);
      ++delivered_;
    } else {
      at = next(at, record);
    }
  }
}

// The first to go: the oldest of the highest priority.
std::size_t Outbox::find_first() const {
  std::size_t first = used_;
  for (std::size_t at = 0; at < used_;) {
    const Record record = load(at);
    if (!record.in_flight && (first == used_ || record.priority > load(first).priority)) first = at;
    at = next(at, record);
  }
  return first;
}

Status Outbox::send(MessageType type, Bytes data) {
  return session_ != nullptr ? session_->send(type, data) : socket_.send(type, {&data, 1});
}

void Outbox::pump(Instant now) {
  if (socket_.ready_state() != ReadyState::open) return forget_expired(now);
  forget_delivered();
  forget_expired(now);
  for (std::size_t at = find_first(); at != used_; at = find_first()) {
    Record record = load(at);
    const Bytes data(memory_.data() + at + sizeof record, record.size);
    if (send(record.type, data) != Status::ok) return;
    sent_ += record.size;
    record.end = sent_;
    record.in_flight = true;
    store(at, record);
    if (options_.delivery == OutboxOptions::Delivery::at_least_once) continue;
    remove(at);
    ++delivered_;
  }
}

void Outbox::on_event(const Event& event) {
  if (event.type == Event::Type::open) sent_ = 0;
  if (event.type == Event::Type::close) link_lost();
}

// What the transport had taken is delivered; the rest waits for the next link, in its old place.
void Outbox::link_lost() {
  forget_delivered();
  for (std::size_t at = 0; at < used_;) {
    Record record = load(at);
    if (record.in_flight) {
      record.in_flight = false;
      store(at, record);
      ++repeated_;
    }
    at = next(at, record);
  }
  sent_ = 0;
}

}  // namespace whit
