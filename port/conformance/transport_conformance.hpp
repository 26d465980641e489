// The tests that every Transport must pass: what they need of a port, and the steps that they are made of.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "whit/transport.hpp"

namespace whit::conformance {

/// The byte at a place of a stream: a swap, a loss or a repetition shows.
inline std::uint8_t pattern(std::size_t at) { return static_cast<std::uint8_t>(at * 131u + (at >> 8) * 7u + 3u); }

inline std::vector<std::uint8_t> pattern_bytes(std::size_t from, std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = pattern(from + i);
  return bytes;
}

/// Makes a connected pair: the transport under test, and a raw far end. To run the suite against another transport,
/// write a Rig for it and instantiate the suite (see README.md in the folder above). Only pause() takes time.
class Rig {
 public:
  virtual ~Rig() = default;
  /// Bytes of a large transfer: several times all buffers on the way.
  [[nodiscard]] virtual std::size_t large() const = 0;
  /// The transport under test, idle at first.
  virtual Transport& link() = 0;
  virtual Instant now() = 0;
  /// link().connect() to the far end.
  virtual Status connect() = 0;
  /// Lets a little time pass: at most some milliseconds.
  virtual void pause() = 0;
  /// The far end has got the connection.
  virtual bool peer_ready() = 0;
  /// How many of the bytes the far end could send.
  virtual std::size_t peer_send(Bytes bytes) = 0;
  /// How many bytes have arrived there.
  virtual std::size_t peer_receive(MutBytes out) = 0;
  /// No more bytes will arrive there: an end or a reset was seen.
  virtual bool peer_saw_end() = 0;
  /// The far end ends its direction only.
  virtual void peer_end() = 0;
  /// The far end breaks the connection.
  virtual void peer_reset() = 0;
};

/// One instance of the suite: its name, and how to make its Rig.
struct RigMaker {
  std::string name;
  std::function<std::unique_ptr<Rig>()> make;
};
inline void PrintTo(const RigMaker& maker, std::ostream* out) { *out << maker.name; }

template <typename R, typename... Arguments>
RigMaker rig(std::string name, Arguments... arguments) {
  return {std::move(name), [=] { return std::make_unique<R>(arguments...); }};
}

inline std::string rig_name(const testing::TestParamInfo<RigMaker>& info) { return info.param.name; }

class TransportConformance : public testing::TestWithParam<RigMaker> {
 protected:
  static constexpr int kSteps = 1000000;  // a test that gets nowhere ends all the same:
  static constexpr std::chrono::seconds kLimit{20};

  Rig& rig() { return *rig_; }
  Transport& link() { return rig_->link(); }
  Link poll() { return link().poll(rig_->now()); }

  /// Waits for something, in bounded time. `done` is asked before each pause.
  template <typename Condition>
  bool eventually(Condition done) {
    const auto limit = std::chrono::steady_clock::now() + kLimit;
    for (int i = 0; i < kSteps; ++i) {
      if (done()) return true;
      if (std::chrono::steady_clock::now() > limit) break;
      rig_->pause();
    }
    return false;
  }

  bool becomes(Link wanted) {
    return eventually([&] { return poll() == wanted; });
  }

  void open() {
    ASSERT_EQ(rig_->connect(), Status::ok);
    ASSERT_TRUE(becomes(Link::up));
    ASSERT_TRUE(eventually([&] { return rig_->peer_ready(); }));
  }

  /// Lets what is on its way arrive, if it is going to.
  void settle() {
    for (int i = 0; i < 20; ++i) {
      poll();
      rig_->pause();
    }
  }

  void peer_sends(std::string_view text) {
    Bytes rest = as_bytes(text);
    ASSERT_TRUE(eventually([&] {
      rest = rest.drop(rig_->peer_send(rest));
      poll();
      return rest.empty();
    }));
  }

  /// The far end sends, and some of it is here.
  void arrives(std::string_view text) {
    peer_sends(text);
    ASSERT_TRUE(eventually([&] {
      poll();
      return !link().rx().empty();
    }));
  }

  /// Receives up to n bytes, `step` at a time, and stops earlier when the link is no longer up.
  std::string receive(std::size_t n, std::size_t step = 1u << 20) {
    std::string got;
    eventually([&] {
      const Link state = poll();
      while (!link().rx().empty() && got.size() < n) {
        const MutBytes view = link().rx();
        const std::size_t part = std::min({view.size(), n - got.size(), step});
        got.append(as_text(Bytes(view.data(), part)));
        link().rx_consume(part);
      }
      return got.size() >= n || state == Link::eof || state == Link::failed;
    });
    return got;
  }

  /// Everything that arrives at the far end until it has n bytes or sees the end.
  std::string peer_receives(std::size_t n) {
    std::string got;
    std::uint8_t buffer[4096];
    eventually([&] {
      poll();
      std::size_t part = 0;
      do {
        part = rig_->peer_receive(MutBytes(buffer).first(std::min(sizeof buffer, n - got.size())));
        got.append(as_text(Bytes(buffer, part)));
      } while (part > 0);
      return got.size() >= n || rig_->peer_saw_end();
    });
    return got;
  }

  /// Offers all of it, again and again, until it is taken.
  bool sends(std::string_view text) {
    Bytes rest = as_bytes(text);
    return eventually([&] {
      poll();
      if (!rest.empty()) rest = rest.drop(link().tx(rest));
      return rest.empty();
    });
  }

  /// The pattern from a place on, always at the same address, as the contract wants offers to be.
  MutBytes outgoing(std::size_t from, std::size_t size) {
    if (outbox_.empty()) outbox_ = pattern_bytes(0, kOutbox);
    return MutBytes(outbox_).drop(from).first(std::min(size, kOutbox - from));
  }

  /// Offers the pattern until the transport takes nothing any more; how much it took.
  std::size_t fill() {
    std::size_t taken = 0;
    int refused = 0;
    eventually([&] {
      poll();
      const MutBytes offer = outgoing(taken, 3000);
      const std::size_t n = link().tx(offer);
      EXPECT_LE(n, offer.size());
      taken += n;
      refused = n == 0 ? refused + 1 : 0;
      return refused > 20;
    });
    return taken;
  }

  /// Abort, and the promise that follows from it.
  void abort_twice() {
    for (int i = 0; i < 2; ++i) {
      link().close(How::abort);
      EXPECT_EQ(poll(), Link::idle);
      EXPECT_TRUE(link().rx().empty());
    }
  }

  static constexpr std::size_t kOutbox = 20u << 20;  // more than any system buffers on the way

  std::vector<std::uint8_t> outbox_;
  std::unique_ptr<Rig> rig_ = GetParam().make();
};

}  // namespace whit::conformance
