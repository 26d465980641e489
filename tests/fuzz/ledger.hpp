// What an application was promised, held against what went over the wire: the books of one link.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "pipe.hpp"
#include "support/frames.hpp"
#include "whit/close_code.hpp"
#include "whit/event.hpp"

namespace fuzz {

/// The frames of one direction, taken apart while they come.
class Flow {
 public:
  void feed(const std::uint8_t* data, std::size_t size) {
    rest_.insert(rest_.end(), data, data + size);
    whit::test::Decoded now = whit::test::decode(rest_);
    for (whit::test::Frame& frame : now.frames) {
      if (!frame.control()) payload_ += frame.payload.size();
      frames_.push_back(std::move(frame));
    }
    rest_.assign(now.rest.begin(), now.rest.end());
    begun_ = std::move(now.begun);
  }

  [[nodiscard]] const std::vector<whit::test::Frame>& frames() const { return frames_; }
  /// The frame that is on its way, with its payload so far.
  [[nodiscard]] const whit::test::Frame& begun() const { return begun_; }
  [[nodiscard]] bool amid_frame() const { return !rest_.empty(); }
  /// Payload bytes of data frames.
  [[nodiscard]] std::size_t payload() const { return payload_ + (begun_.control() ? 0 : begun_.payload.size()); }
  /// The first Close, or null.
  [[nodiscard]] const whit::test::Frame* close() const {
    for (const whit::test::Frame& frame : frames_) {
      if (frame.opcode == whit::test::kOpClose) return &frame;
    }
    return nullptr;
  }

 private:
  whit::test::Buffer rest_;
  std::vector<whit::test::Frame> frames_;
  whit::test::Frame begun_;
  std::size_t payload_ = 0;
};

class Ledger {
 public:
  static constexpr std::size_t kUnsized = ~std::size_t{0};

  Flow in;  ///< What the peer has sent, as far as the transport had it.

  // ---- what was accepted

  void message(whit::MessageType type, const std::string& payload) {
    messages_.push_back({type, payload, true});
    accepted_ += payload.size();
  }
  /// One that is written bit by bit; in one frame, of `size` bytes, if that is announced.
  void begin(whit::MessageType type, std::size_t size = kUnsized) {
    messages_.push_back({type, {}, size == 0});
    left_ = size;
  }
  void write(const std::string& bytes) {
    messages_.back().payload += bytes;
    accepted_ += bytes.size();
    if (left_ == kUnsized) return;
    left_ -= bytes.size();
    if (left_ == 0) messages_.back().ended = true;
  }
  void end() { messages_.back().ended = true; }
  /// Bytes that were announced and not written yet: until then nothing else can be sent.
  [[nodiscard]] std::size_t left() const { return left_ == kUnsized ? 0 : left_; }
  void ping(const std::string& payload) { pings_.push_back(payload); }
  [[nodiscard]] std::string last_ping() const { return pings_.empty() ? std::string() : pings_.back(); }
  void close(const std::string& body) {
    closing_ = true;
    close_body_ = body;
  }
  /// Sent while closing: it counts, and that is all.
  void drop(std::size_t size) { accepted_ += size; }

  // ---- what was sent

  /// Takes further bytes that the transport took.
  void sent(const std::uint8_t* data, std::size_t size) {
    out_.feed(data, size);
    for (; seen_ != out_.frames().size(); ++seen_) look_at(out_.frames()[seen_]);
    // So also a frame that is still on its way is what it has to be.
    if (out_.amid_frame() && !out_.begun().control() && out_.begun().payload.size() != 0) compare(out_.begun(), false);
  }

  /// W3C bufferedAmount, to the byte.
  [[nodiscard]] std::size_t buffered() const {
    REQUIRE(out_.payload() <= accepted_);
    return accepted_ - out_.payload();
  }

  /// Whatever was accepted is out, and nothing is on its way.
  [[nodiscard]] bool all_out() const { return messages_out() && ping_ == pings_.size() && !out_.amid_frame(); }

  /// Nothing hinders what we send: the newest ping is answered (RFC 6455 5.5.2, 5.5.3), unless another, or a Close, has
  /// begun to come in before that was possible.
  void require_answered() const {
    if (in.amid_frame() && in.begun().control()) return;
    for (auto frame = in.frames().rbegin(); frame != in.frames().rend(); ++frame) {
      if (frame->opcode != whit::test::kOpPing) continue;
      REQUIRE(answered_ && pong_ == frame->payload);
      return;
    }
  }

  /// Nothing hinders what we send while closing: our Close is out, once the frame that was announced is complete. While
  /// the peer's comes in, it waits for that to answer it.
  void require_close() const {
    REQUIRE(left() != 0 || out_.close() != nullptr || (in.amid_frame() && in.begun().control()));
  }

  using Messages = std::vector<std::pair<std::uint8_t, std::string>>;

  /// The link has ended with this event, and gave the application these messages; one without a type was skipped.
  void require_end(const whit::CloseEvent& event, const Messages& got, bool from_client) const {
    const std::string fault = whit::test::find_fault(out_.frames(), from_client);
    if (!fault.empty()) std::fprintf(stderr, "sent: %s\n", fault.c_str());
    REQUIRE(fault.empty());
    const Messages whole = whit::test::messages_of(in.frames());
    REQUIRE(got.size() <= whole.size());
    for (std::size_t i = 0; i < got.size(); ++i) REQUIRE(got[i].first == 0 || got[i] == whole[i]);
    if (event.code == whit::close_code::kAbnormalClosure) {
      REQUIRE(!event.was_clean && event.reason.empty());
      return;
    }
    const whit::test::Frame* const theirs = in.close();
    REQUIRE(theirs != nullptr && event.reason == theirs->reason());
    REQUIRE(event.code == (theirs->payload.empty() ? whit::close_code::kNoStatusReceived : theirs->code()));
    REQUIRE(!event.was_clean || (out_.close() != nullptr && !out_.amid_frame()));
  }

  /// Keys come from the entropy, each for one frame (RFC 6455 5.3). `given`: all that the source has handed out.
  void require_keys(const std::vector<std::uint8_t>& given) const {
    std::multiset<std::string> keys;
    const std::string all = whit::test::to_text(given);
    for (std::size_t at = 0; at + 4 <= all.size(); at += 4) keys.insert(all.substr(at, 4));
    for (const whit::test::Frame& frame : out_.frames()) {
      const auto key = keys.find(std::string(frame.key.begin(), frame.key.end()));
      REQUIRE(key != keys.end());
      keys.erase(key);
    }
  }

 private:
  struct Outgoing {
    whit::MessageType type;
    std::string payload;
    bool ended;
  };

  [[nodiscard]] bool messages_out() const {
    if (next_ == messages_.size()) return true;
    return next_ + 1 == messages_.size() && !messages_[next_].ended && at_ == messages_[next_].payload.size();
  }

  void look_at(const whit::test::Frame& frame) {
    switch (frame.opcode) {
      case whit::test::kOpPong: return take_pong(frame.payload);
      case whit::test::kOpPing:
        // A keepalive's own ping has four bytes.
        if (ping_ < pings_.size() && pings_[ping_] == frame.payload) {
          ++ping_;
        } else {
          REQUIRE(frame.payload.size() == 4);
        }
        return;
      case whit::test::kOpClose: return take_close(frame.payload);
      default: compare(frame, true);
    }
  }

  // Each pong answers a ping that is wholly there, in their order.
  void take_pong(const std::string& payload) {
    const std::vector<whit::test::Frame>& frames = in.frames();
    while (asked_ < frames.size() &&
           (frames[asked_].opcode != whit::test::kOpPing || frames[asked_].payload != payload)) {
      ++asked_;
    }
    REQUIRE(asked_++ < frames.size());
    answered_ = true;
    pong_ = payload;
  }

  // The application's own Close goes behind all that it sent before. An answer to the peer's, and that of a failure,
  // need not.
  void take_close(const std::string& body) const {
    if (!closing_ || body != close_body_ || in.close() != nullptr) return;
    const unsigned code =
        body.size() < 2 ? 0 : static_cast<std::uint8_t>(body[0]) * 256u + static_cast<std::uint8_t>(body[1]);
    if (code > 1000 && code < 3000) return;
    REQUIRE(messages_out());
  }

  // Data is what was accepted, in order and without a gap.
  void compare(const whit::test::Frame& frame, bool whole) {
    REQUIRE(next_ < messages_.size());
    const Outgoing& message = messages_[next_];
    if (frame.opcode != whit::test::kOpContinuation) REQUIRE(static_cast<unsigned>(message.type) == frame.opcode);
    REQUIRE((frame.opcode == whit::test::kOpContinuation) == in_fragments_);
    REQUIRE(message.payload.compare(at_, frame.payload.size(), frame.payload) == 0);
    if (!whole) return;
    at_ += frame.payload.size();
    in_fragments_ = !frame.fin;
    if (!frame.fin) return;
    REQUIRE(message.ended && at_ == message.payload.size());
    ++next_;
    at_ = 0;
  }

  Flow out_;
  std::vector<Outgoing> messages_;
  std::vector<std::string> pings_;
  std::size_t seen_ = 0;      // frames of out_
  std::size_t next_ = 0;      // the message that goes over the wire
  std::size_t at_ = 0;        // bytes of it that are out
  std::size_t ping_ = 0;      // of ours
  std::size_t asked_ = 0;     // frames of `in` that a pong may not answer any more
  std::size_t accepted_ = 0;  // bytes, those that were dropped too
  std::size_t left_ = 0;
  std::string close_body_, pong_;
  bool closing_ = false, answered_ = false, in_fragments_ = false;
};

}  // namespace fuzz
