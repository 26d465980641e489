// The order of events and the wholeness of messages, whoever drives the link.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "pipe.hpp"
#include "support/frames.hpp"
#include "whit/messages.hpp"
#include "whit/websocket.hpp"

namespace fuzz {

constexpr std::size_t kMaxMessage = 4096;

/// What may come, by the choices of the application.
struct Expected {
  bool pongs = false;
  bool assembles = false;  ///< Through Messages.
  whit::Oversize oversize = whit::Oversize::close;
  std::size_t buffer = 0;           ///< Of Messages.
  std::size_t limit = kMaxMessage;  ///< max_message_size
};

/// Holds what must hold for the events of one link, and writes down of them what does not depend on the cuts: whole
/// messages are put together.
class Events {
 public:
  explicit Events(const Expected& expected) : expected_(expected) {}

  [[nodiscard]] bool opened() const { return opened_; }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] const std::string& trace() const { return trace_; }
  /// Opcodes and contents; one that was skipped has neither.
  [[nodiscard]] const std::vector<std::pair<std::uint8_t, std::string>>& messages() const { return messages_; }

  void take(const whit::Event& event) {
    REQUIRE(!closed_ && (!failed_ || event.type == Type::close));
    switch (event.type) {
      case Type::open:
        REQUIRE(!opened_ && trace_.empty());
        opened_ = true;
        trace_ += "open;";
        return;
      case Type::chunk: return chunk(event.chunk);
      case Type::message: {
        REQUIRE(opened_ && expected_.assembles && event.message.data.size() <= expected_.buffer);
        return note(event.message.type, std::string(event.message.text()));
      }
      case Type::skipped:
        REQUIRE(opened_ && expected_.assembles && expected_.oversize == whit::Oversize::skip);
        REQUIRE(event.skipped.size > expected_.buffer && event.skipped.size <= expected_.limit);
        trace_ += "skipped:" + std::to_string(event.skipped.size) + ";";
        messages_.emplace_back();
        return;
      case Type::pong:
        REQUIRE(opened_ && expected_.pongs);
        trace_ += "pong;";
        return;
      case Type::error:
        REQUIRE(event.error != whit::Error::none);
        failed_ = true;
        trace_ += "error:" + std::string(to_string(event.error)) + ":" + std::to_string(event.http_status) + ";";
        return;
      case Type::close:
        REQUIRE(event.close.was_clean != failed_);
        closed_ = true;
        trace_ += "close:" + std::to_string(event.close.code) + ":" + std::string(event.close.reason);
        return;
      case Type::retry:
      case Type::stopped: REQUIRE(false);  // only a session has them
    }
  }

 private:
  using Type = whit::Event::Type;

  void chunk(const whit::Chunk& chunk) {
    REQUIRE(opened_ && !expected_.assembles);
    REQUIRE(chunk.first == !in_message_ && chunk.offset == partial_.size());
    REQUIRE(chunk.first || chunk.type == type_);
    type_ = chunk.type;
    in_message_ = !chunk.last;
    // A read of every byte: the sanitizer sees a view that is too long.
    partial_.append(reinterpret_cast<const char*>(chunk.data.data()), chunk.data.size());
    REQUIRE(partial_.size() <= expected_.limit);
    REQUIRE(chunk.total == whit::kUnknownSize ||
            (chunk.last ? partial_.size() == chunk.total : partial_.size() <= chunk.total));
    if (!chunk.last) return;
    note(type_, partial_);
    partial_.clear();
  }

  void note(whit::MessageType type, const std::string& content) {
    REQUIRE(type == whit::MessageType::binary || whit::test::utf8_valid(content));
    trace_ += (type == whit::MessageType::text ? "text:" : "binary:") + content + ";";
    messages_.emplace_back(static_cast<std::uint8_t>(type), content);
  }

  const Expected expected_;
  std::string trace_, partial_;
  std::vector<std::pair<std::uint8_t, std::string>> messages_;
  whit::MessageType type_ = whit::MessageType::binary;
  bool opened_ = false, failed_ = false, closed_ = false, in_message_ = false;
};

}  // namespace fuzz
