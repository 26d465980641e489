// What the tests of dialling and of names share.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <array>
#include <vector>

#include "posix/clock.hpp"
#include "posix/tcp.hpp"
#include "raw_socket.hpp"
#include "scripted_resolver.hpp"

namespace whit::conformance {

/// A loopback address that answers nothing: a listener whose queue is full drops what else arrives (Linux).
class BlackHole {
 public:
  BlackHole() : listener_(AF_INET, 0) {
    for (int i = 0; i < 16 && !full_; ++i) {
      fillers_.push_back(start_connect(listener_.port()));
      pollfd done{fillers_.back().fd(), POLLOUT, 0};
      full_ = ::poll(&done, 1, 50) == 0;
    }
  }
  [[nodiscard]] bool full() const { return full_; }
  [[nodiscard]] posix::Address address() const { return address_of("127.0.0.1", listener_.port()); }
  /// Makes room again: what was dropped so far connects when TCP repeats itself, after a second or so.
  void drain() {
    fillers_.clear();
    while (listener_.accept().valid()) {
    }
  }
  RawSocket wait_accept() { return listener_.wait_accept(); }

 private:
  RawListener listener_;
  std::vector<RawSocket> fillers_;
  bool full_ = false;
};

struct PosixLink {
  explicit PosixLink(const posix::TcpOptions& options = {}) : tcp(buffer, options) {}

  /// Polls and sleeps until the link has left `connecting`, or for limit_ms.
  Link settle(std::uint32_t limit_ms = 10000) {
    const Instant limit = posix::now() + limit_ms;
    Link state = tcp.poll(posix::now());
    while (state == Link::connecting && !reached(posix::now(), limit)) {
      tcp.wait(Deadline::at(limit));
      state = tcp.poll(posix::now());
    }
    return state;
  }
  [[nodiscard]] std::size_t attempts() const {
    pollfd fds[posix::Tcp::kMaxPollFds];
    return tcp.poll_fds(fds);
  }

  std::array<std::uint8_t, 512> buffer{};
  posix::Tcp tcp;
};

}  // namespace whit::conformance
