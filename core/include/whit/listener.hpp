// The W3C's event listeners on top of poll(): several at once, an intrusive list, no allocation.
#pragma once

#include <cstdint>

#include "whit/event.hpp"

namespace whit {

class EventTarget;

/// Something that wants to hear of events: override what you need. One listener belongs to one EventTarget at a time
/// and must be removed before it goes away.
class Listener {
 public:
  virtual void on_open() {}
  virtual void on_chunk(const Chunk&) {}      ///< With WebSocket::poll().
  virtual void on_message(const Message&) {}  ///< With Messages::poll().
  virtual void on_skipped(const Skipped&) {}
  virtual void on_pong(std::uint32_t rtt_ms) { static_cast<void>(rtt_ms); }
  virtual void on_error(Error error, std::uint16_t http_status) {
    static_cast<void>(error);
    static_cast<void>(http_status);
  }
  virtual void on_close(const CloseEvent&) {}
  virtual void on_retry(const Retry&) {}  ///< With Session::poll().
  virtual void on_stopped() {}

 protected:
  ~Listener() = default;

 private:
  friend class EventTarget;
  Listener* next_ = nullptr;
};

/// W3C EventTarget: hands each event to its listeners in the order in which they were added.
class EventTarget {
 public:
  /// Adds a listener at the end; adding one that is there already changes nothing (W3C addEventListener). One added
  /// while an event is being handed out hears the next one.
  void add_listener(Listener& listener);
  /// Removes a listener; one that is not there is ignored. Legal from within any listener.
  void remove_listener(Listener& listener);
  /// Hands `event` to all listeners; not to be called from within one. Call it with what poll() filled in:
  /// `while (messages.poll(now, event)) target.dispatch(event);`
  void dispatch(const Event& event);

 private:
  Listener* first_ = nullptr;
  Listener* cursor_ = nullptr;  // the next one while dispatching
  Listener* added_ = nullptr;   // the first of those added while dispatching
  bool dispatching_ = false;
};

}  // namespace whit
