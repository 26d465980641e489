// Listeners: several at once, coming and going while they are called.
#include "whit/listener.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace whit::test {
namespace {

struct Log {
  std::string text;
};

class Named final : public Listener {
 public:
  Named(Log& log, char name) : log_(log), name_(name) {}
  std::function<void()> then;

  void on_open() override { note("open"); }
  void on_chunk(const Chunk& chunk) override { note("chunk" + std::to_string(chunk.offset)); }
  void on_message(const Message& message) override { note("message" + std::string(message.text())); }
  void on_skipped(const Skipped& skipped) override { note("skipped" + std::to_string(skipped.size)); }
  void on_pong(std::uint32_t rtt_ms) override { note("pong" + std::to_string(rtt_ms)); }
  void on_error(Error error, std::uint16_t status) override {
    note("error" + std::to_string(static_cast<int>(error)) + "/" + std::to_string(status));
  }
  void on_close(const CloseEvent& close) override { note("close" + std::to_string(close.code)); }

 private:
  void note(const std::string& what) {
    log_.text += name_ + what + " ";
    if (then) then();
  }
  Log& log_;
  char name_;
};

Event of(Event::Type type) {
  Event event;
  event.type = type;
  return event;
}

// API-11: every kind of event reaches every listener, in the order in which they were added.
TEST(Listeners, AllEventsInOrder) {
  Log log;
  Named a(log, 'a'), b(log, 'b');
  EventTarget target;
  target.dispatch(of(Event::Type::open));
  EXPECT_EQ(log.text, "");
  target.add_listener(a);
  target.add_listener(b);
  target.add_listener(a);  // already there
  Event event = of(Event::Type::open);
  target.dispatch(event);
  event.type = Event::Type::chunk;
  event.chunk.offset = 7;
  target.dispatch(event);
  std::uint8_t hi[] = {'h', 'i'};
  event.type = Event::Type::message;
  event.message.data = MutBytes(hi);
  target.dispatch(event);
  event.type = Event::Type::skipped;
  event.skipped.size = 9;
  target.dispatch(event);
  event.type = Event::Type::pong;
  event.rtt_ms = 12;
  target.dispatch(event);
  event.type = Event::Type::error;
  event.error = Error::connection_refused;
  event.http_status = 403;
  target.dispatch(event);
  event.type = Event::Type::close;
  event.close.code = 1006;
  target.dispatch(event);
  EXPECT_EQ(
      log.text,
      "aopen bopen achunk7 bchunk7 amessagehi bmessagehi askipped9 bskipped9 apong12 bpong12 aerror34/403 berror34/403 "
      "aclose1006 bclose1006 ");
}

TEST(Listeners, Removed) {
  Log log;
  Named a(log, 'a'), b(log, 'b'), c(log, 'c'), never(log, 'n');
  EventTarget target;
  for (Named* l : {&a, &b, &c}) target.add_listener(*l);
  target.remove_listener(never);
  target.remove_listener(b);
  target.dispatch(of(Event::Type::open));
  target.remove_listener(a);
  target.remove_listener(c);
  target.remove_listener(c);
  target.dispatch(of(Event::Type::open));
  target.add_listener(c);
  target.add_listener(a);
  target.dispatch(of(Event::Type::open));
  EXPECT_EQ(log.text, "aopen copen copen aopen ");
}

// API-15: each listener removed by each listener while the event is on its way: those already called were called, those
// removed before their turn are not.
TEST(Listeners, RemovedWhileDispatching) {
  for (std::size_t remover = 0; remover < 3; ++remover) {
    for (std::size_t removed = 0; removed < 3; ++removed) {
      Log log;
      Named listeners[] = {{log, '0'}, {log, '1'}, {log, '2'}};
      EventTarget target;
      for (Named& l : listeners) target.add_listener(l);
      listeners[remover].then = [&] { target.remove_listener(listeners[removed]); };
      target.dispatch(of(Event::Type::open));
      std::string expected;
      for (std::size_t i = 0; i < 3; ++i) {
        if (i != removed || removed <= remover) expected += std::to_string(i) + "open ";
      }
      EXPECT_EQ(log.text, expected) << remover << " removes " << removed;
      log.text.clear();
      listeners[remover].then = nullptr;
      target.dispatch(of(Event::Type::open));
      expected.clear();
      for (std::size_t i = 0; i < 3; ++i) {
        if (i != removed) expected += std::to_string(i) + "open ";
      }
      EXPECT_EQ(log.text, expected);
    }
  }
}

// API-15: one that is added while an event is on its way hears the next.
TEST(Listeners, AddedWhileDispatching) {
  Log log;
  Named a(log, 'a'), b(log, 'b'), c(log, 'c');
  EventTarget target;
  target.add_listener(a);
  a.then = [&] {
    target.add_listener(b);
    target.add_listener(c);
  };
  target.dispatch(of(Event::Type::open));
  EXPECT_EQ(log.text, "aopen ");
  target.dispatch(of(Event::Type::open));
  EXPECT_EQ(log.text, "aopen aopen bopen copen ");
}

// API-15: removed and added again, all at once, and removed although only just added.
TEST(Listeners, AddedAndRemovedWhileDispatching) {
  Log log;
  Named a(log, 'a'), b(log, 'b'), c(log, 'c');
  EventTarget target;
  target.add_listener(a);
  target.add_listener(b);
  a.then = [&] {
    target.add_listener(c);
    target.remove_listener(c);
    target.remove_listener(a);
    target.add_listener(a);
  };
  target.dispatch(of(Event::Type::open));
  EXPECT_EQ(log.text, "aopen bopen ") << "a is a new listener now and waits for the next event";
  a.then = nullptr;
  target.dispatch(of(Event::Type::open));
  EXPECT_EQ(log.text, "aopen bopen bopen aopen ");

  // The first of those added while dispatching goes away again: the end of the round must still be found.
  log.text.clear();
  b.then = [&] {
    target.add_listener(c);
    target.remove_listener(c);
    b.then = nullptr;
  };
  target.dispatch(of(Event::Type::close));
  EXPECT_EQ(log.text, "bclose0 aclose0 ");
}

}  // namespace
}  // namespace whit::test
