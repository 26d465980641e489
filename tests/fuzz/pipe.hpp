// A transport in memory that hands out the fuzzer's bytes.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "whit/transport.hpp"

namespace fuzz {

#define REQUIRE(condition)                                                          \
  do {                                                                              \
    if (!(condition)) {                                                             \
      std::fprintf(stderr, "broken: %s (%s:%d)\n", #condition, __FILE__, __LINE__); \
      std::abort();                                                                 \
    }                                                                               \
  } while (false)

/// Hands out its input in chunks, each in a block of exactly its size, so that the sanitizer sees a read beyond it.
class Pipe final : public whit::Transport {
 public:
  std::vector<std::string> chunks;
  std::string sent;
  std::size_t tx_limit = ~std::size_t{0};  // per call
  bool answers = false;                    // the input comes once a whole request was sent

  /// Bytes that the input has.
  [[nodiscard]] std::size_t total() const {
    std::size_t sum = 0;
    for (const std::string& chunk : chunks) sum += chunk.size();
    return sum;
  }

  /// Once: there is one input.
  whit::Status connect(std::string_view, std::uint16_t) override {
    return closed_ ? whit::Status::transport_failed : whit::Status::ok;
  }
  whit::Link poll(whit::Instant) override {
    if (closed_) return whit::Link::idle;
    if (answers && sent.find("\r\n\r\n") == std::string::npos) return whit::Link::up;
    if (block_ == nullptr && next_ < chunks.size()) {
      size_ = chunks[next_].size();
      at_ = 0;
      block_.reset(new std::uint8_t[size_]);
      std::memcpy(block_.get(), chunks[next_++].data(), size_);
    }
    // The peer takes what it was offered before it ends its direction.
    eof_told_ = block_ == nullptr && !cut_;
    return eof_told_ ? whit::Link::eof : whit::Link::up;
  }
  /// The contract: immediately() while poll() would find more, or room.
  [[nodiscard]] whit::Deadline next_deadline() const override {
    return (cut_ || (block_ == nullptr && !eof_told_)) && !closed_ ? whit::Deadline::immediately()
                                                                   : whit::Deadline::never();
  }
  whit::MutBytes rx() override {
    return block_ == nullptr ? whit::MutBytes() : whit::MutBytes(block_.get() + at_, size_ - at_);
  }
  void rx_consume(std::size_t n) override {
    REQUIRE(block_ != nullptr ? n <= size_ - at_ : n == 0);
    at_ += n;
    if (at_ == size_) block_.reset();
  }
  std::size_t tx(whit::Bytes front) override {
    REQUIRE(!closed_ && !finished_);
    cut_ = front.size() > tx_limit;
    const std::size_t n = cut_ ? tx_limit : front.size();
    sent.append(reinterpret_cast<const char*>(front.data()), n);
    return n;
  }
  /// Views of received bytes end here: whoever looks at one later is seen.
  void close(whit::How how) override {
    finished_ = true;
    if (how != whit::How::abort) return;
    closed_ = true;
    block_.reset();
  }
  [[nodiscard]] whit::Error error() const override {
    return closed_ ? whit::Error::transport_failed : whit::Error::none;
  }

 private:
  std::unique_ptr<std::uint8_t[]> block_;
  std::size_t size_ = 0;
  std::size_t at_ = 0;
  std::size_t next_ = 0;
  bool eof_told_ = false;
  bool cut_ = false;  // the last write was
  bool closed_ = false;
  bool finished_ = false;
};

/// The input whole (`step` 0), or cut into pieces of 1 to `step` bytes.
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
