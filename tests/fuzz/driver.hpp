// One link over a transport in memory, fed with the fuzzer's bytes, and a record of all that happens.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "whit/websocket.hpp"

namespace fuzz {

#define REQUIRE(condition)                                                  \
  do {                                                                      \
    if (!(condition)) {                                                     \
      std::fprintf(stderr, "broken: %s (line %d)\n", #condition, __LINE__); \
      std::abort();                                                         \
    }                                                                       \
  } while (false)

/// Hands out its input in chunks, each in a block of exactly its size, so that the sanitizer sees a read beyond it.
class Pipe final : public whit::Transport {
 public:
  std::vector<std::string> chunks;
  std::string sent;
  std::size_t tx_limit = ~std::size_t{0};  // per call

  whit::Status connect(std::string_view, std::uint16_t) override { return whit::Status::ok; }
  whit::Link poll(whit::Instant) override {
    if (block_ == nullptr && next_ < chunks.size()) {
      size_ = chunks[next_].size();
      at_ = 0;
      block_.reset(new std::uint8_t[size_]);
      std::memcpy(block_.get(), chunks[next_++].data(), size_);
    }
    if (closed_) return whit::Link::idle;
    eof_told_ = block_ == nullptr;
    return eof_told_ ? whit::Link::eof : whit::Link::up;
  }
  /// The contract: immediately() while poll() would find more.
  [[nodiscard]] whit::Deadline next_deadline() const override {
    return block_ == nullptr && !eof_told_ && !closed_ ? whit::Deadline::immediately() : whit::Deadline::never();
  }
  whit::MutBytes rx() override {
    return block_ == nullptr ? whit::MutBytes() : whit::MutBytes(block_.get() + at_, size_ - at_);
  }
  void rx_consume(std::size_t n) override {
    REQUIRE(n <= size_ - at_);
    at_ += n;
    if (at_ == size_) block_.reset();
  }
  std::size_t tx(whit::Bytes front) override {
    REQUIRE(!closed_ && !finished_);
    const std::size_t n = front.size() < tx_limit ? front.size() : tx_limit;
    sent.append(reinterpret_cast<const char*>(front.data()), n);
    return n;
  }
  void close(whit::How how) override {
    finished_ = true;
    if (how == whit::How::abort) closed_ = true;
  }
  [[nodiscard]] whit::Error error() const override { return whit::Error::none; }

 private:
  std::unique_ptr<std::uint8_t[]> block_;
  std::size_t size_ = 0;
  std::size_t at_ = 0;
  std::size_t next_ = 0;
  bool eof_told_ = false;
  bool closed_ = false;
  bool finished_ = false;
};

inline bool fixed_entropy(void*, whit::MutBytes out) {
  std::memset(out.data(), 7, out.size());
  return true;
}

/// What must not depend on how the input was cut: events, with whole messages put together.
struct Trace {
  std::string text;
};

/// Drives a link to its end and checks what must hold for every input.
inline Trace drive(whit::WebSocket& socket, Pipe& pipe) {
  Trace trace;
  std::string partial;
  bool opened = false, failed = false, closed = false;
  std::size_t total = 0;
  for (const std::string& chunk : pipe.chunks) total += chunk.size();
  whit::Instant now{1};
  // Work is bounded: each poll consumes, sends or ends something, or time passes.
  for (std::size_t polls = 0; !closed; ++polls) {
    REQUIRE(polls < 100000 + 50 * total);
    whit::Event event;
    if (!socket.poll(now, event)) {
      const whit::Deadline deadline = socket.next_deadline();
      if (!deadline.is_immediate() && !deadline.is_never()) now = deadline.instant();
      continue;
    }
    using Type = whit::Event::Type;
    REQUIRE(!failed || event.type == Type::close);
    switch (event.type) {
      case Type::open:
        REQUIRE(!opened);
        opened = true;
        trace.text += "open;";
        break;
      case Type::chunk:
        REQUIRE(opened);
        REQUIRE(event.chunk.offset == partial.size());
        REQUIRE(event.chunk.first == partial.empty() || event.chunk.data.empty() || !event.chunk.first);
        partial.append(reinterpret_cast<const char*>(event.chunk.data.data()), event.chunk.data.size());
        if (!event.chunk.last) break;
        REQUIRE(event.chunk.type != whit::MessageType::text || whit::detail::is_utf8(whit::as_bytes(partial)));
        trace.text += (event.chunk.type == whit::MessageType::text ? "text:" : "binary:") + partial + ";";
        partial.clear();
        break;
      case Type::error:
        failed = true;
        trace.text += "error:" + std::string(to_string(event.error)) + ";";
        break;
      case Type::close:
        closed = true;
        trace.text += "close:" + std::to_string(event.close.code) + ":" + std::string(event.close.reason) +
                      (event.close.was_clean ? ":clean" : "");
        break;
      default: break;
    }
  }
  whit::Event event;
  REQUIRE(!socket.poll(now, event));
  REQUIRE(socket.ready_state() == whit::ReadyState::closed);
  return trace;
}

/// Two ways to cut one input must give the same.
inline void require_same(const std::string& whole, const std::string& other) {
  if (whole == other) return;
  std::fprintf(stderr, "whole: %s\ncut:   %s\n", whole.c_str(), other.c_str());
  std::abort();
}

/// The input whole, and cut into pieces of 1 to `step` bytes.
inline std::vector<std::string> cut(const std::string& input, unsigned step) {
  std::vector<std::string> chunks;
  unsigned size = 1;
  for (std::size_t at = 0; at < input.size();) {
    chunks.push_back(input.substr(at, step == 0 ? input.size() : size));
    at += chunks.back().size();
    size = size % (step == 0 ? 1 : step) + 1;
  }
  return chunks;
}

}  // namespace fuzz
