// A client's link with its buffer, and the steps the tests are made of.
#pragma once

#include <array>

#include "far_end.hpp"
#include "posix/clock.hpp"
#include "posix/tcp.hpp"

namespace whit::sockets_test {

struct Buffer {
  Buffer() { start_lwip(); }
  std::array<std::uint8_t, 1024> rx{};
};

struct TestLink : Buffer {
  explicit TestLink(const posix::TcpOptions& options = {}) : tcp(rx, options) {}

  /// Polls and sleeps until the link is in a state, or for ten seconds.
  Link until(Link wanted) {
    return run([wanted](Link state) { return state == wanted; });
  }
  /// The same until it is no longer connecting.
  Link settle() {
    return run([](Link state) { return state != Link::connecting; });
  }

  posix::Tcp tcp;

 private:
  template <typename Condition>
  Link run(Condition done) {
    const Instant limit = posix::now() + 10000;
    Link state = tcp.poll(posix::now());
    while (!done(state) && !reached(posix::now(), limit)) {
      tcp.wait(Deadline::at(limit));
      state = tcp.poll(posix::now());
    }
    return state;
  }
};

}  // namespace whit::sockets_test
