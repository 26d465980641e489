// What an application can call, at any time; each call's result is what it has to be.
#pragma once

#include "script_link.hpp"
#include "support/block.hpp"

namespace fuzz {

/// A copy in a block of exactly its size.
class Exact {
 public:
  explicit Exact(const std::string& content) : block_(whit::as_bytes(content), whit::test::Placement::heap) {}
  [[nodiscard]] whit::Bytes bytes() const { return {block_.bytes().data(), block_.bytes().size()}; }

 private:
  whit::test::Block block_;
};

class Application {
 public:
  explicit Application(ScriptLink& link) : link_(link) {}

  /// The link, open, with nothing in the way.
  void open() {
    REQUIRE(link_.start() == Status::ok);
    for (unsigned i = 0; i <= link_.setup.connect_polls; ++i) link_.settle();
    link_.deliver(ScriptLink::kAll);
    link_.settle();
    REQUIRE(link_.open());
  }

  void act(Script& script, unsigned step) {
    ++salt_;
    call(script, step);
    link_.look();
  }

 private:
  using Status = whit::Status;
  using MessageType = whit::MessageType;

  void call(Script& script, unsigned step) {
    switch (step) {
      case 0:
      case 1: return send(script, MessageType::binary);
      case 2: return send(script, MessageType::text);
      case 3: return gather(script);
      case 4: return fill(script);
      case 5: return begin(script);
      case 6: return begin_sized(script);
      case 7:
      case 8: return write(script.size(), false);
      case 9: return write(script.size(), true);
      case 10: return end();
      case 11:
      case 12: return ping(script.size() % 128);
      case 13:
      case 14: return close(script);
      case 15: return fail(script);
      case 16: return start();
      default: return flush_or_echo(script);
    }
  }

  // What the result of offering a message means: whether it `fits` the ring, and is `valid` text if it is text.
  void judge(Status status, std::size_t size, bool fits, bool valid) {
    switch (status) {
      case Status::ok: REQUIRE(was_open_ && fits && valid && !writing_); return;
      case Status::closed:
        if (was_open_) REQUIRE(link_.entropy_failed());
        return link_.ledger.drop(size);
      case Status::would_block: REQUIRE(was_open_ && fits && valid && !writing_); return refuse();
      case Status::message_too_big: REQUIRE(was_open_ && !fits && valid); return;
      case Status::bad_utf8: REQUIRE(was_open_ && !valid); return;
      default: REQUIRE(status == Status::invalid_state && (was_connecting_ || writing_));
    }
  }

  void refuse() {
    REQUIRE(!was_calm_);
    link_.refused();
  }

  void note_state() {
    was_open_ = link_.open();
    was_connecting_ = link_.state() == whit::ReadyState::connecting;
    was_calm_ = link_.calm();
    // What was announced may still be completed while closing.
    if (!was_open_ && !sized_) writing_ = false;
  }

  std::string content(Script& script, MessageType type, std::size_t size) {
    std::string out = type == MessageType::text ? text_of(size, salt_) : bytes_of(size, salt_);
    valid_ = true;
    if (type == MessageType::text && size != 0 && script.below(8) == 0) {
      out[script.byte() % size] = '\xFF';
      valid_ = false;
    }
    return out;
  }

  void send(Script& script, MessageType type) {
    const std::string data = content(script, type, script.size());
    note_state();
    const Exact exact(data);
    const Status status =
        type == MessageType::text ? link_.socket().send(as_text(exact.bytes())) : link_.socket().send(exact.bytes());
    judge(status, data.size(), data.size() <= link_.socket().max_message(), valid_);
    if (status == Status::ok) link_.ledger.message(type, data);
  }

  void gather(Script& script) {
    const MessageType type = script.below(2) != 0 ? MessageType::text : MessageType::binary;
    const std::string data = content(script, type, script.size());
    const std::size_t cut = script.byte() % (data.size() + 1);
    note_state();
    const Exact front(data.substr(0, cut)), back(data.substr(cut));
    const whit::Bytes parts[] = {front.bytes(), {}, back.bytes()};
    const Status status = link_.socket().send(type, whit::Span<const whit::Bytes>(parts));
    judge(status, data.size(), data.size() <= link_.socket().max_message(), valid_);
    if (status == Status::ok) link_.ledger.message(type, data);
  }

  // To the brim: then there is no room for the longest control frame.
  void fill(Script& script) {
    const std::string full = bytes_of(script.byte() % 64, salt_);
    for (const std::string& data : {full, std::string()}) {
      Status status = Status::ok;
      for (unsigned i = 0; i < 200 && status == Status::ok; ++i) {
        note_state();
        status = link_.socket().send(whit::as_bytes(data));
        judge(status, data.size(), true, true);
        if (status == Status::ok) link_.ledger.message(MessageType::binary, data);
        link_.look();
      }
    }
  }

  void begin(Script& script) {
    const MessageType type = script.below(2) != 0 ? MessageType::text : MessageType::binary;
    note_state();
    const Status status = link_.socket().begin(type);
    judge(status, 0, true, true);
    if (status != Status::ok) return;
    type_ = type;
    writing_ = true;
    sized_ = false;
    rest_ = type_ == MessageType::text ? text_of(kLong, salt_) : bytes_of(kLong, salt_);
    link_.ledger.begin(type_);
  }

  void begin_sized(Script& script) {
    const MessageType type = script.below(2) != 0 ? MessageType::text : MessageType::binary;
    const std::size_t size = script.size();
    note_state();
    const Status status = link_.socket().begin(type, size);
    judge(status, 0, true, true);
    if (status != Status::ok) return;
    writing_ = sized_ = true;
    type_ = type;
    rest_ = type == MessageType::text ? text_of(size, salt_) : bytes_of(size, salt_);
    link_.ledger.begin(type, size);
  }

  void write(std::size_t size, bool spoilt) {
    note_state();
    std::string data = rest_.substr(0, size);
    if (spoilt) data += type_ == MessageType::text ? "\xFF" : "x";
    std::size_t taken = 0;
    const Exact exact(data);
    const Status status = link_.socket().write(exact.bytes(), taken);
    REQUIRE(taken <= data.size() && (status == Status::ok || taken == 0));
    if (status == Status::closed) link_.ledger.drop(data.size());
    if (status == Status::would_block) refuse();
    if (status != Status::ok) return;
    REQUIRE(writing_ && (taken != 0 || data.empty()));
    link_.ledger.write(data.substr(0, taken));
    rest_.erase(0, taken);
  }

  void end() {
    note_state();
    const Status status = link_.socket().end();
    if (status == Status::would_block) refuse();
    if (status != Status::ok) return;
    REQUIRE(writing_ && link_.ledger.left() == 0);
    writing_ = false;
    link_.ledger.end();
  }

  void ping(std::size_t size) {
    note_state();
    const std::string payload = bytes_of(size, salt_);
    const Exact exact(payload);
    const Status status = link_.socket().ping(exact.bytes());
    REQUIRE((status == Status::invalid_state) == !was_open_);
    if (was_open_) REQUIRE((status == Status::control_too_long) == (size > 125));
    if (was_calm_ && !link_.entropy_failed() && link_.ledger.left() == 0) REQUIRE(status != Status::would_block);
    if (status == Status::ok) link_.ledger.ping(payload);
  }

  void close(Script& script) {
    note_state();
    // The fifth is for servers, once they are one.
    constexpr std::uint16_t kCodes[] = {1000, 4000, 4999, 3000, 1001, 1005, 999, 5000};
    unsigned choice = script.byte();
    if (choice % 8 == 4 && link_.setup.server && !was_open_) --choice;
    std::string reason = text_of(script.size() % 126, salt_);
    if (choice >= 240) reason += '\xFF';
    const std::uint16_t code = kCodes[choice % 8];
    const bool bare = choice % 16 == 15;
    const Exact exact(reason);
    const Status status = bare ? link_.socket().close() : link_.socket().close(code, as_text(exact.bytes()));
    if (bare) {
      REQUIRE(status == Status::ok);
    } else if (choice % 8 > 4 || (choice % 8 == 4 && !link_.setup.server)) {
      REQUIRE(status == Status::bad_close_code);
    } else {
      REQUIRE(status == (reason.size() > 123 ? Status::control_too_long
                         : choice >= 240     ? Status::bad_utf8
                                             : Status::ok));
    }
    if (status != Status::ok) return;
    REQUIRE(!link_.open());
    if (was_open_) link_.ledger.close(bare ? std::string() : whit::test::close_body(code, reason));
  }

  void fail(Script& script) {
    constexpr whit::Error kErrors[] = {whit::Error::message_too_big, whit::Error::bad_utf8,
                                       whit::Error::connection_lost, whit::Error::fragment_flood};
    link_.socket().fail(kErrors[script.below(4)]);
    REQUIRE(!link_.open());
  }

  void start() {
    note_state();
    const bool idle = link_.idle();
    if (idle) writing_ = false;
    const Status status = link_.start();
    REQUIRE((status == Status::invalid_state) == !idle);
  }

  void flush_or_echo(Script& script) {
    if (script.below(2) != 0) {
      static_cast<void>(link_.flush());
      return;
    }
    // Out of the view of the event, as long as that lives.
    whit::Event event;
    if (!link_.poll(event) || event.type != whit::Event::Type::chunk) return;
    note_state();
    const whit::Bytes view(event.chunk.data.data(), event.chunk.data.size());
    Status status = Status::would_block;
    for (unsigned tries = 0; tries < 20 && status == Status::would_block; ++tries) {
      const std::string copy(reinterpret_cast<const char*>(view.data()), view.size());
      note_state();
      status = link_.socket().send(view);
      judge(status, view.size(), view.size() <= link_.socket().max_message(), true);
      if (status == Status::ok) link_.ledger.message(MessageType::binary, copy);
      if (!link_.flush()) break;
    }
  }

  static constexpr std::size_t kLong = 4000;

  ScriptLink& link_;
  unsigned salt_ = 0;
  bool was_open_ = false, was_connecting_ = false, was_calm_ = false, valid_ = true;
  bool writing_ = false, sized_ = false;  // between begin() and end()
  MessageType type_ = MessageType::binary;
  std::string rest_;  // of the message that is written
};

}  // namespace fuzz
