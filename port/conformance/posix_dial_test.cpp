// Several addresses: order, overlap, limits, and what is left behind.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <memory>

#include "posix_fixture.hpp"

namespace whit::conformance {
namespace {

class PosixDial : public testing::Test {
 protected:
  posix::TcpOptions options(std::uint32_t delay_ms, std::uint32_t timeout_ms) {
    posix::TcpOptions chosen;
    chosen.attempt_delay_ms = delay_ms;
    chosen.attempt_timeout_ms = timeout_ms;
    chosen.resolver = &resolver_;
    return chosen;
  }
  static posix::Address refused() { return address_of("127.0.0.1", dead_port(AF_INET)); }
  // Polls until the link is no longer connecting, at times of the test's own.
  static Link settle_in_steps(PosixLink& link, Instant t, std::uint32_t step_ms) {
    Link state = link.tcp.poll(t);
    for (int i = 0; i < 100 && state == Link::connecting; ++i) {
      EXPECT_FALSE(link.tcp.next_deadline().is_never());
      ::poll(nullptr, 0, 5);
      t = t + step_ms;
      state = link.tcp.poll(t);
    }
    return state;
  }
  posix::Address live() { return address_of("127.0.0.1", listener_.port()); }

  ScriptedResolver resolver_;
  RawListener listener_{AF_INET};
};

TEST_F(PosixDial, refused_port) {
  PosixLink link;
  ASSERT_EQ(link.tcp.connect("127.0.0.1", dead_port(AF_INET)), Status::ok);
  EXPECT_EQ(link.settle(), Link::failed);
  EXPECT_EQ(link.tcp.error(), Error::connection_refused);
  EXPECT_EQ(link.attempts(), 0u);
}

// NET-01: the first address is silent, the second refuses, the third works.
TEST_F(PosixDial, tries_all_addresses) {
  BlackHole hole;
  ASSERT_TRUE(hole.full());
  resolver_.set({hole.address(), refused(), live()});
  PosixLink link(options(40, 5000));
  const Instant start = posix::now();
  ASSERT_EQ(link.tcp.connect("three.example", 80), Status::ok);
  EXPECT_EQ(link.settle(), Link::up);
  EXPECT_GE(posix::now() - start, 40u);
  EXPECT_LT(posix::now() - start, 4000u);
  EXPECT_TRUE(listener_.wait_accept().valid());
}

// NET-01: a machine without IPv6, or a name with an IPv6 address at which nobody listens.
TEST_F(PosixDial, falls_back_from_one_family_to_the_other) {
  resolver_.set({address_of("::1", dead_port(AF_INET)), live()});
  PosixLink link(options(5000, 5000));
  const Instant start = posix::now();
  ASSERT_EQ(link.tcp.connect("both.example", 80), Status::ok);
  EXPECT_EQ(link.settle(), Link::up);
  EXPECT_LT(posix::now() - start, 3000u);  // a refusal is not waited out
}

// NET-01: each attempt has its own limit, and the error comes after the last one only.
TEST_F(PosixDial, reports_the_error_after_the_last_attempt) {
  BlackHole hole;
  ASSERT_TRUE(hole.full());
  resolver_.set({refused(), hole.address(), refused()});
  PosixLink link(options(20, 300));
  const Instant start = posix::now();
  ASSERT_EQ(link.tcp.connect("dead.example", 80), Status::ok);
  EXPECT_EQ(link.settle(), Link::failed);
  EXPECT_GE(posix::now() - start, 300u);
  EXPECT_EQ(link.tcp.error(), Error::connection_refused);
}

TEST_F(PosixDial, silence_is_a_timeout) {
  BlackHole hole;
  ASSERT_TRUE(hole.full());
  resolver_.set({hole.address(), hole.address()});
  PosixLink link(options(50, 100));
  ASSERT_EQ(link.tcp.connect("silent.example", 80), Status::ok);
  const Instant t{1000};
  EXPECT_EQ(link.tcp.poll(t), Link::connecting);
  EXPECT_EQ(link.tcp.poll(t + 50), Link::connecting);
  EXPECT_EQ(link.tcp.poll(t + 100), Link::connecting);  // the first is given up
  EXPECT_EQ(link.attempts(), 1u);
  EXPECT_EQ(link.tcp.poll(t + 149), Link::connecting);
  EXPECT_EQ(link.tcp.next_deadline().ms_left(t + 149), 1u);
  EXPECT_EQ(link.tcp.poll(t + 150), Link::failed);
  EXPECT_EQ(link.tcp.error(), Error::transport_timeout);
}

// NET-02, TMR-05: on a virtual clock that wraps, four silent addresses are begun 250 ms apart, and next_deadline() says
// so.
TEST_F(PosixDial, attempts_start_250_ms_apart) {
  BlackHole hole;
  ASSERT_TRUE(hole.full());
  resolver_.set({hole.address(), hole.address(), hole.address(), hole.address()});
  posix::TcpOptions defaults;
  defaults.resolver = &resolver_;
  PosixLink link(defaults);
  ASSERT_EQ(link.tcp.connect("slow.example", 80), Status::ok);
  const Instant t{0xFFFFFF80u};
  for (std::uint32_t i = 0; i < 4; ++i) {
    EXPECT_EQ(link.tcp.poll(t + 250 * i), Link::connecting);
    EXPECT_EQ(link.attempts(), i + 1);
    EXPECT_EQ(link.tcp.poll(t + 250 * i + 249), Link::connecting);
    EXPECT_EQ(link.attempts(), i + 1);
    if (i < 3) {
      EXPECT_EQ(link.tcp.next_deadline().ms_left(t + 250 * i + 249), 1u);
    }
  }
  EXPECT_EQ(link.tcp.next_deadline().ms_left(t + 1000), 9000u);  // the limit of the first attempt
}

// NET-02: never less than 10 ms.
TEST_F(PosixDial, delay_of_zero_is_clamped) {
  BlackHole hole;
  ASSERT_TRUE(hole.full());
  resolver_.set({hole.address(), hole.address()});
  PosixLink link(options(0, 1000));
  ASSERT_EQ(link.tcp.connect("eager.example", 80), Status::ok);
  link.tcp.poll({100});
  link.tcp.poll({109});
  EXPECT_EQ(link.attempts(), 1u);
  link.tcp.poll({110});
  EXPECT_EQ(link.attempts(), 2u);
}

// NET-03: the families alternate, beginning with the preferred one, in their own order.
TEST_F(PosixDial, families_alternate) {
  posix::AddressList list;
  for (std::uint16_t port = 1; port <= 4; ++port) list.add(address_of("::1", port));
  for (std::uint16_t port = 5; port <= 6; ++port) list.add(address_of("127.0.0.1", port));
  list.interleave();
  const std::uint16_t expected[] = {1, 5, 2, 6, 3, 4};
  ASSERT_EQ(list.count, 6u);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(list.items[i].port(), expected[i]) << i;

  list = {};
  EXPECT_TRUE(list.add(address_of("127.0.0.1", 1)));
  EXPECT_TRUE(list.add(address_of("127.0.0.1", 2)));
  EXPECT_TRUE(list.add(address_of("::1", 3)));
  list.interleave();
  EXPECT_EQ(list.items[0].port(), 1u);
  EXPECT_EQ(list.items[1].port(), 3u);
  EXPECT_EQ(list.items[2].port(), 2u);
  while (list.count < posix::kMaxAddresses) ASSERT_TRUE(list.add(address_of("::1", 9)));
  EXPECT_FALSE(list.add(address_of("::1", 9)));
}

// NET-03: and that is the order of the attempts. Two silent IPv4 addresses stand before an IPv6 one at which nobody
// listens: that one comes second, fails, and the last one starts at once, so that no further start is due.
TEST_F(PosixDial, second_attempt_is_of_the_other_family) {
  BlackHole hole;
  ASSERT_TRUE(hole.full());
  resolver_.set({hole.address(), hole.address(), address_of("::1", dead_port(AF_INET))});
  PosixLink link(options(50, 1000));
  ASSERT_EQ(link.tcp.connect("mixed.example", 80), Status::ok);
  link.tcp.poll({0});
  EXPECT_EQ(link.attempts(), 1u);
  EXPECT_EQ(link.tcp.next_deadline().ms_left({0}), 50u);
  link.tcp.poll({50});
  for (int i = 0; i < 100 && link.tcp.next_deadline().ms_left({51}) != 949; ++i) {
    ::poll(nullptr, 0, 5);  // until the refusal is there
    link.tcp.poll({51});
  }
  EXPECT_EQ(link.attempts(), 2u);
  EXPECT_EQ(link.tcp.next_deadline().ms_left({51}), 949u);  // the limit of the first attempt
}

// NET-03: the IPv4 addresses are there, and those of IPv6 never come: that costs 50 ms.
TEST_F(PosixDial, a_family_that_never_answers) {
  resolver_.first.add(live());
  resolver_.looks = ScriptedResolver::kNever;
  PosixLink link(options(250, 1000));
  ASSERT_EQ(link.tcp.connect("half.example", 80), Status::ok);
  const Instant t{0xFFFFFFF0u};
  EXPECT_EQ(link.tcp.poll(t), Link::connecting);
  EXPECT_EQ(link.tcp.poll(t + 49), Link::connecting);
  EXPECT_EQ(link.attempts(), 0u);
  EXPECT_LE(link.tcp.next_deadline().ms_left(t + 49), 1u);
  EXPECT_EQ(settle_in_steps(link, t + 50, 0), Link::up);
  EXPECT_EQ(resolver_.open, 0);  // nobody waits for the rest
}

// NET-03: when they come within that time, they are tried in their order.
TEST_F(PosixDial, a_family_that_is_a_little_late) {
  BlackHole hole;
  ASSERT_TRUE(hole.full());
  resolver_.first.add(hole.address());
  resolver_.set({live(), hole.address()});
  resolver_.looks = 1;
  PosixLink link(options(250, 1000));
  ASSERT_EQ(link.tcp.connect("late.example", 80), Status::ok);
  const Instant t{1000};
  EXPECT_EQ(link.tcp.poll(t), Link::connecting);
  EXPECT_EQ(settle_in_steps(link, t + 40, 0), Link::up);  // the second of the early ones would not have connected
}

// NET-03: when they come later, they still help if the others are of no use.
TEST_F(PosixDial, a_family_that_comes_when_the_other_has_failed) {
  resolver_.first.add(refused());
  resolver_.set({refused(), live()});
  resolver_.looks = 8;
  PosixLink link(options(250, 1000));
  ASSERT_EQ(link.tcp.connect("later.example", 80), Status::ok);
  EXPECT_EQ(settle_in_steps(link, {1000}, 60), Link::up);
  EXPECT_EQ(resolver_.open, 0);
}

// NET-03, NET-05: the rest of the answer is a failure: what came early decides.
TEST_F(PosixDial, a_family_that_fails_late) {
  for (const bool good : {true, false}) {
    resolver_.first = {};
    resolver_.first.add(good ? live() : refused());
    resolver_.failure = Error::name_lookup_failed;
    resolver_.looks = good ? 1 : 6;
    PosixLink link(options(250, 1000));
    ASSERT_EQ(link.tcp.connect("failing.example", 80), Status::ok);
    EXPECT_EQ(settle_in_steps(link, {1000}, 60), good ? Link::up : Link::failed);
    EXPECT_EQ(link.tcp.error(), good ? Error::none : Error::connection_refused);
    EXPECT_EQ(resolver_.open, 0);
  }
}

// NET-04: the winner stays, the rest is closed.
TEST_F(PosixDial, success_closes_the_other_attempts) {
  BlackHole hole;
  ASSERT_TRUE(hole.full());
  const std::size_t before = settled_descriptors();
  resolver_.set({hole.address(), hole.address(), live()});
  {
    PosixLink link(options(20, 5000));
    ASSERT_EQ(link.tcp.connect("race.example", 80), Status::ok);
    EXPECT_EQ(link.settle(), Link::up);
    EXPECT_EQ(open_descriptors(), before + 1);
  }
  EXPECT_EQ(open_descriptors(), before);
}

// NET-04: two connect at the same time; one is used, the other ends without having carried a byte.
TEST_F(PosixDial, one_of_two_winners_is_used) {
  BlackHole hole;
  ASSERT_TRUE(hole.full());
  resolver_.set({hole.address(), live()});
  PosixLink link(options(10, 60000));
  const Instant t{};
  ASSERT_EQ(link.tcp.connect("twins.example", 80), Status::ok);
  ASSERT_EQ(link.tcp.poll(t), Link::connecting);
  ASSERT_EQ(link.tcp.poll(t + 10), Link::connecting);
  ASSERT_EQ(link.attempts(), 2u);
  hole.drain();
  RawSocket first = hole.wait_accept();  // TCP repeats its SYN within about a second
  if (!first.valid()) first = hole.wait_accept();
  ASSERT_TRUE(first.valid());
  RawSocket second = listener_.wait_accept();
  ASSERT_TRUE(second.valid());

  ASSERT_EQ(link.tcp.poll(t + 20), Link::up);
  EXPECT_EQ(link.attempts(), 1u);
  EXPECT_EQ(link.tcp.tx(as_bytes("GET")), 3u);
  std::uint8_t got[8];
  std::size_t bytes = 0;
  int ends = 0;
  for (RawSocket* each : {&first, &second}) {
    pollfd readable{each->fd(), POLLIN, 0};
    ASSERT_EQ(::poll(&readable, 1, 2000), 1);
    bytes += each->receive(got);
    ends += each->saw_end() ? 1 : 0;
  }
  EXPECT_EQ(bytes, 3u);
  EXPECT_EQ(ends, 1);
}

// NET-04: neither a failure nor an abort in the middle leaves a socket open.
TEST_F(PosixDial, nothing_leaks) {
  BlackHole hole;
  ASSERT_TRUE(hole.full());
  resolver_.set({hole.address(), refused(), hole.address()});
  const std::size_t before = settled_descriptors();
  for (int i = 0; i < 20; ++i) {
    PosixLink link(options(10, 30));
    ASSERT_EQ(link.tcp.connect("leak.example", 80), Status::ok);
    if (i % 2 == 0) {
      link.tcp.poll(posix::now());
      link.tcp.close(i % 4 == 0 ? How::abort : How::graceful);
      EXPECT_EQ(open_descriptors(), before);
    } else {
      EXPECT_EQ(link.settle(), Link::failed);
      EXPECT_EQ(open_descriptors(), before);
    }
  }
}

TEST_F(PosixDial, no_descriptor_left) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  rlimit none = limit;
  none.rlim_cur = 0;
  PosixLink link;
  ASSERT_EQ(link.tcp.connect("127.0.0.1", listener_.port()), Status::ok);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const Link state = link.tcp.poll(posix::now());
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(state, Link::failed);
  EXPECT_EQ(link.tcp.error(), Error::out_of_resources);
}

}  // namespace
}  // namespace whit::conformance
