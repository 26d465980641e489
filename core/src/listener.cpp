#include "whit/listener.hpp"

namespace whit {

namespace {

void call(Listener& listener, const Event& event) {
  switch (event.type) {
    case Event::Type::open: return listener.on_open();
    case Event::Type::chunk: return listener.on_chunk(event.chunk);
    case Event::Type::message: return listener.on_message(event.message);
    case Event::Type::skipped: return listener.on_skipped(event.skipped);
    case Event::Type::pong: return listener.on_pong(event.rtt_ms);
    case Event::Type::error: return listener.on_error(event.error, event.http_status);
    case Event::Type::close: return listener.on_close(event.close);
    case Event::Type::retry: return listener.on_retry(event.retry);
    case Event::Type::stopped: return listener.on_stopped();
  }
}

}  // namespace

void EventTarget::add_listener(Listener& listener) {
  Listener** link = &first_;
  for (; *link != nullptr; link = &(*link)->next_) {
    if (*link == &listener) return;
  }
  *link = &listener;
  listener.next_ = nullptr;
  if (!dispatching_) return;
  if (added_ == nullptr) added_ = &listener;
  if (cursor_ == nullptr) cursor_ = &listener;
}

void EventTarget::remove_listener(Listener& listener) {
  for (Listener** link = &first_; *link != nullptr; link = &(*link)->next_) {
    if (*link != &listener) continue;
    *link = listener.next_;
    if (cursor_ == &listener) cursor_ = listener.next_;
    if (added_ == &listener) added_ = listener.next_;
    listener.next_ = nullptr;
    return;
  }
}

void EventTarget::dispatch(const Event& event) {
  dispatching_ = true;
  added_ = nullptr;
  cursor_ = first_;
  while (cursor_ != nullptr && cursor_ != added_) {
    Listener& listener = *cursor_;
    // Moved on before the call: the listener may remove itself, or the one after it.
    cursor_ = listener.next_;
    call(listener, event);
  }
  dispatching_ = false;
}

}  // namespace whit
