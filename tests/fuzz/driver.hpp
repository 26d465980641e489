// Drives one link over a Pipe to its end, holds what must hold for every input, and writes down what happened.
#pragma once

#include <string>

#include "events.hpp"
#include "pipe.hpp"
#include "support/frames.hpp"
#include "whit/messages.hpp"
#include "whit/websocket.hpp"

namespace fuzz {

/// What the application does, as a byte of the input chooses. None of it may depend on how the bytes were cut.
struct Habits {
  explicit Habits(unsigned bits)
      : echo((bits & 1) != 0),
        leaves((bits & 2) != 0),
        pings((bits & 4) != 0),
        assembles((bits & 8) != 0),
        oversize((bits & 16) != 0 ? whit::Oversize::skip : whit::Oversize::close),
        ring((bits & 32) != 0 ? whit::kMinRing : 512) {}

  bool echo;       ///< Sends each message back while it comes.
  bool leaves;     ///< Closes after the first message.
  bool pings;      ///< Pings at open and after each message.
  bool assembles;  ///< Through Messages, with a buffer of 100 bytes.
  whit::Oversize oversize;
  std::size_t ring;
};

inline bool fixed_entropy(void*, whit::MutBytes out) {
  std::memset(out.data(), 7, out.size());
  return true;
}

class Driver {
 public:
  Driver(whit::WebSocket& socket, Pipe& pipe, const Habits& habits)
      : socket_(socket),
        pipe_(pipe),
        habits_(habits),
        total_(pipe.total()),
        events_({habits.pings, habits.assembles, habits.oversize, kBuffer, kMaxMessage}) {}

  /// What must not depend on the cuts: events, with whole messages put together.
  std::string run() {
    std::uint8_t buffer[kBuffer];
    if (habits_.assembles) {
      whit::Messages messages(socket_, whit::MutBytes(buffer), habits_.oversize);
      run(messages);
    } else {
      run(socket_);
    }
    REQUIRE(socket_.ready_state() == whit::ReadyState::closed);
    return events_.trace();
  }
  [[nodiscard]] bool opened() const { return events_.opened(); }

 private:
  using Type = whit::Event::Type;
  static constexpr std::size_t kBuffer = 100;

  template <typename Source>
  void run(Source& source) {
    whit::Event event;
    // Work is bounded: each poll consumes, sends or ends something, or time passes.
    for (std::size_t polls = 0; !events_.closed(); ++polls) {
      REQUIRE(polls < 200 + 6 * (total_ + pipe_.sent.size()));
      if (source.poll(now_, event)) {
        take(event);
        continue;
      }
      const whit::Deadline deadline = socket_.next_deadline();
      REQUIRE(!deadline.is_never());  // every state that may have to wait has a deadline
      if (!deadline.is_immediate()) now_ = deadline.instant();
    }
    REQUIRE(!source.poll(now_, event));
    REQUIRE(socket_.next_deadline().is_never());
  }

  void take(const whit::Event& event) {
    events_.take(event);
    if (event.type == Type::open && habits_.pings) static_cast<void>(socket_.ping(whit::as_bytes("are you there")));
    if (event.type == Type::chunk) {
      if (habits_.echo) echo(event.chunk, whit::Bytes(event.chunk.data.data(), event.chunk.data.size()));
      if (event.chunk.last) after_message();
    }
    if (event.type != Type::message) return;
    if (habits_.echo) static_cast<void>(socket_.send(whit::as_bytes(event.message.text())));
    after_message();
  }

  void after_message() {
    if (habits_.pings) static_cast<void>(socket_.ping());
    if (habits_.leaves) REQUIRE(socket_.close(4000, "enough") == whit::Status::ok);
  }

  // As much as there is room for: a message whose beginning did not fit is not echoed.
  void echo(const whit::Chunk& chunk, whit::Bytes rest) {
    if (chunk.first) echoing_ = socket_.begin(chunk.type) == whit::Status::ok;
    for (unsigned tries = 0; echoing_ && !rest.empty() && tries < 100; ++tries) {
      std::size_t taken = 0;
      const whit::Status status = socket_.write(rest, taken);
      REQUIRE(status == whit::Status::ok || taken == 0);
      rest = rest.drop(taken);
      if (!socket_.flush(now_)) break;
    }
    if (chunk.last && echoing_) static_cast<void>(socket_.end());
  }

  whit::WebSocket& socket_;
  Pipe& pipe_;
  const Habits habits_;
  const std::size_t total_;
  whit::Instant now_{1};
  Events events_;
  bool echoing_ = false;
};

/// What was sent behind the handshake obeys every rule, and each pong answers a ping, in their order. Returns the code
/// of our Close, which must not depend on the cuts either. Without `received`, pongs are not looked at.
inline std::string check_sent(const std::string& sent, const std::string* received, bool from_client) {
  using whit::test::Frame;
  const auto frames = [](const std::string& bytes) {
    return whit::test::decode(whit::test::Buffer(bytes.begin(), bytes.end())).frames;
  };
  const std::vector<Frame> out = frames(sent), in = frames(received != nullptr ? *received : std::string());
  const std::string fault = whit::test::find_fault(out, from_client);
  if (!fault.empty()) std::fprintf(stderr, "sent: %s\n", fault.c_str());
  REQUIRE(fault.empty());
  std::string code = "|";
  std::size_t ping = 0;
  for (const Frame& frame : out) {
    if (frame.opcode == whit::test::kOpClose) code += std::to_string(frame.code());
    if (frame.opcode != whit::test::kOpPong || received == nullptr) continue;
    while (ping < in.size() && (in[ping].opcode != whit::test::kOpPing || in[ping].payload != frame.payload)) ++ping;
    REQUIRE(ping++ < in.size());
  }
  return code;
}

/// Two ways to cut one input must give the same.
inline void require_same(const std::string& whole, const std::string& other) {
  if (whole == other) return;
  std::fprintf(stderr, "whole: %s\ncut:   %s\n", whole.c_str(), other.c_str());
  std::abort();
}

}  // namespace fuzz
