// Names: the seam to a resolver, and the system's own behind it.
#include <gtest/gtest.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "posix_fixture.hpp"

// What the resolver calls, by the linker's --wrap: names that begin with "slow-" are 127.0.0.1, and their answer for
// both families takes a second.
extern "C" {
int __real_getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** list);
int __wrap_getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** list) {
  const bool slow = std::string_view(host).rfind("slow-", 0) == 0;
  if (slow && hints->ai_family == AF_UNSPEC) ::poll(nullptr, 0, 1000);
  return __real_getaddrinfo(slow ? "127.0.0.1" : host, service, hints, list);
}
}

namespace whit::conformance {
namespace {

class PosixNames : public testing::Test {
 protected:
  // So that a machine without a name server answers within seconds.
  static void SetUpTestSuite() { ::setenv("RES_OPTIONS", "timeout:1 attempts:1", 1); }

  posix::TcpOptions scripted() {
    posix::TcpOptions options;
    options.resolver = &resolver_;
    return options;
  }
  // Threads of abandoned lookups end on their own; with them their ends of the pipes.
  static bool descriptors_become(std::size_t count) {
    const Instant limit = posix::now() + 15000;
    while (open_descriptors() != count && !reached(posix::now(), limit)) ::poll(nullptr, 0, 5);
    return open_descriptors() == count;
  }

  ScriptedResolver resolver_;
  RawListener listener_{AF_INET};
};

// NET-05: IP literals skip the resolver.
TEST_F(PosixNames, literals_are_not_looked_up) {
  PosixLink link(scripted());
  ASSERT_EQ(link.tcp.connect("127.0.0.1", listener_.port()), Status::ok);
  EXPECT_EQ(link.settle(), Link::up);
  link.tcp.close(How::abort);
  ASSERT_EQ(link.tcp.connect("::1", dead_port(AF_INET)), Status::ok);
  EXPECT_EQ(link.settle(), Link::failed);
  EXPECT_EQ(resolver_.starts, 0);
}

// NET-05: every connect resolves anew, so a changed record is followed.
TEST_F(PosixNames, each_connect_asks_again) {
  RawListener other(AF_INET);
  PosixLink link(scripted());
  resolver_.set({address_of("127.0.0.1", listener_.port())});
  ASSERT_EQ(link.tcp.connect("moving.example", 80), Status::ok);
  EXPECT_EQ(link.settle(), Link::up);
  EXPECT_TRUE(listener_.wait_accept().valid());
  link.tcp.close(How::abort);

  resolver_.set({address_of("127.0.0.1", other.port())});
  ASSERT_EQ(link.tcp.connect("moving.example", 80), Status::ok);
  EXPECT_EQ(link.settle(), Link::up);
  EXPECT_TRUE(other.wait_accept().valid());
  EXPECT_EQ(resolver_.starts, 2);
  EXPECT_EQ(resolver_.host, "moving.example");
  EXPECT_EQ(resolver_.open, 0);
}

// NET-05: a name service that stalls for 30 s keeps nothing else waiting.
TEST_F(PosixNames, slow_lookup_does_not_block_the_loop) {
  resolver_.looks = ScriptedResolver::kNever;
  PosixLink waiting(scripted());
  PosixLink busy(scripted());
  ASSERT_EQ(waiting.tcp.connect("stalled.example", 80), Status::ok);
  ASSERT_EQ(busy.tcp.connect("127.0.0.1", listener_.port()), Status::ok);
  ASSERT_EQ(busy.settle(), Link::up);
  RawSocket peer = listener_.wait_accept();
  ASSERT_TRUE(peer.valid());
  for (std::uint32_t second = 0; second < 30; ++second) {
    const Instant t = Instant{} + second * 1000;
    ASSERT_EQ(waiting.tcp.poll(t), Link::connecting);
    EXPECT_FALSE(waiting.tcp.next_deadline().is_immediate());
    ASSERT_EQ(peer.send(as_bytes("tick")), 4u);
    std::string got;
    for (int i = 0; i < 100 && got.size() < 4; ++i) {
      busy.tcp.poll(t);
      got.append(as_text(Bytes(busy.tcp.rx())));
      busy.tcp.rx_consume(busy.tcp.rx().size());
    }
    ASSERT_EQ(got, "tick");
  }
  waiting.tcp.close(How::abort);
  EXPECT_EQ(resolver_.open, 0);
}

TEST_F(PosixNames, busy_resolver_is_asked_again) {
  resolver_.busy = 3;
  resolver_.looks = 2;
  resolver_.set({address_of("127.0.0.1", listener_.port())});
  PosixLink link(scripted());
  ASSERT_EQ(link.tcp.connect("queue.example", 80), Status::ok);
  EXPECT_TRUE(link.tcp.next_deadline().is_immediate());
  const Instant t{5};
  EXPECT_EQ(link.tcp.poll(t), Link::connecting);
  const std::uint32_t pause = link.tcp.next_deadline().ms_left(t);
  EXPECT_GT(pause, 0u);
  EXPECT_LE(pause, 100u);
  EXPECT_EQ(link.tcp.poll(t), Link::connecting);
  EXPECT_EQ(resolver_.busy, 2);  // not before its time
  EXPECT_EQ(link.settle(), Link::up);
  EXPECT_EQ(resolver_.starts, 1);
}

TEST_F(PosixNames, failures_of_the_resolver_are_told) {
  for (const Error error : {Error::name_not_found, Error::name_lookup_failed}) {
    resolver_.failure = error;
    PosixLink link(scripted());
    ASSERT_EQ(link.tcp.connect("no.example", 80), Status::ok);
    EXPECT_EQ(link.settle(), Link::failed);
    EXPECT_EQ(link.tcp.error(), error);
  }
  resolver_.failure = Error::none;  // no error and no address either
  PosixLink empty(scripted());
  ASSERT_EQ(empty.tcp.connect("empty.example", 80), Status::ok);
  EXPECT_EQ(empty.settle(), Link::failed);
  EXPECT_EQ(empty.tcp.error(), Error::name_not_found);

  resolver_.refusal = Error::out_of_resources;
  PosixLink refused(scripted());
  ASSERT_EQ(refused.tcp.connect("full.example", 80), Status::ok);
  EXPECT_EQ(refused.settle(), Link::failed);
  EXPECT_EQ(refused.tcp.error(), Error::out_of_resources);
}

TEST_F(PosixNames, every_way_out_gives_the_ticket_back) {
  resolver_.looks = ScriptedResolver::kNever;
  {
    PosixLink link(scripted());
    for (const How how : {How::abort, How::graceful}) {
      ASSERT_EQ(link.tcp.connect("left.example", 80), Status::ok);
      EXPECT_EQ(link.tcp.poll({1}), Link::connecting);
      EXPECT_EQ(resolver_.open, 1);
      link.tcp.close(how);
      EXPECT_EQ(resolver_.open, 0);
      EXPECT_EQ(link.tcp.poll({2}), Link::idle);
    }
    ASSERT_EQ(link.tcp.connect("left.example", 80), Status::ok);
    EXPECT_EQ(link.tcp.poll({3}), Link::connecting);
  }
  EXPECT_EQ(resolver_.open, 0);
}

TEST_F(PosixNames, localhost_is_found) {
  const std::size_t before = settled_descriptors();
  PosixLink link;
  ASSERT_EQ(link.tcp.connect("localhost", listener_.port()), Status::ok);
  EXPECT_EQ(link.settle(), Link::up);
  EXPECT_TRUE(descriptors_become(before + 1));
}

// The answer wakes a loop that sleeps without any deadline.
TEST_F(PosixNames, wait_ends_with_the_answer) {
  PosixLink link;
  ASSERT_EQ(link.tcp.connect("localhost", listener_.port()), Status::ok);
  ASSERT_EQ(link.tcp.poll(posix::now()), Link::connecting);
  const Instant start = posix::now();
  EXPECT_TRUE(link.tcp.wait(Deadline::at(start + 9000)));
  EXPECT_LT(posix::now() - start, 6000u);
  EXPECT_EQ(link.settle(), Link::up);
}

// NET-03: IPv6 that is slow to answer does not delay IPv4, and what still comes is thrown away.
TEST_F(PosixNames, slow_family_does_not_delay_the_other) {
  const std::size_t before = settled_descriptors();
  PosixLink link;
  const Instant start = posix::now();
  ASSERT_EQ(link.tcp.connect("slow-aaaa.example", listener_.port()), Status::ok);
  EXPECT_EQ(link.settle(), Link::up);
  const std::uint32_t took = posix::now() - start;
  EXPECT_GE(took, 50u);
  EXPECT_LT(took, 800u);
  EXPECT_TRUE(descriptors_become(before + 1));
}

// NET-03: the rest of the answer is still awaited while the early part fails, without turning in the loop meanwhile.
TEST_F(PosixNames, rest_of_the_answer_is_awaited) {
  PosixLink link;
  const Instant start = posix::now();
  ASSERT_EQ(link.tcp.connect("slow-aaaa.example", dead_port(AF_INET)), Status::ok);
  Link state = Link::connecting;
  unsigned polls = 0;
  for (; state == Link::connecting && posix::now() - start < 5000; ++polls) {
    state = link.tcp.poll(posix::now());
    if (state == Link::connecting) link.tcp.wait(Deadline::at(start + 5000));
  }
  EXPECT_EQ(state, Link::failed);
  EXPECT_EQ(link.tcp.error(), Error::connection_refused);
  EXPECT_GE(posix::now() - start, 900u);
  EXPECT_LT(polls, 40u);
}

// NET-05: the real resolver runs beside the loop, whatever it meets: no poll takes long, and it ends.
TEST_F(PosixNames, name_that_does_not_exist) {
  PosixLink link;
  ASSERT_EQ(link.tcp.connect("no-such-host.invalid", 80), Status::ok);
  const Instant limit = posix::now() + 30000;
  Link state = Link::connecting;
  std::uint32_t longest = 0;
  while (state == Link::connecting && !reached(posix::now(), limit)) {
    const Instant start = posix::now();
    state = link.tcp.poll(start);
    longest = std::max(longest, posix::now() - start);
    if (state == Link::connecting) link.tcp.wait(Deadline::at(limit));
  }
  ASSERT_EQ(state, Link::failed);
  EXPECT_TRUE(link.tcp.error() == Error::name_not_found || link.tcp.error() == Error::name_lookup_failed);
  EXPECT_LT(longest, 500u);
}

TEST_F(PosixNames, impossible_names_do_not_exist) {
  const std::string with_nul("localhost\0.example", 18);
  const std::string long_name(254, 'a');
  for (const std::string& name : {with_nul, long_name}) {
    PosixLink link;
    ASSERT_EQ(link.tcp.connect(name, listener_.port()), Status::ok);
    EXPECT_EQ(link.settle(), Link::failed);
    EXPECT_EQ(link.tcp.error(), Error::name_not_found);
  }
}

// An abandoned lookup frees its slot and its descriptors when getaddrinfo returns.
TEST_F(PosixNames, abandoned_lookups_free_their_slots) {
  RawListener many(AF_INET, 64);  // the answer may be there at once, and then they connect
  const std::size_t before = settled_descriptors();
  for (int i = 0; i < 40; ++i) {
    PosixLink link;
    ASSERT_EQ(link.tcp.connect("localhost", many.port()), Status::ok);
    link.tcp.poll(posix::now());
    if (i % 2 == 0) link.tcp.close(How::abort);
  }
  PosixLink last;
  ASSERT_EQ(last.tcp.connect("localhost", many.port()), Status::ok);
  EXPECT_EQ(last.settle(), Link::up);
  EXPECT_TRUE(descriptors_become(before + 1));
}

// More links than slots: they take turns, and all arrive.
TEST_F(PosixNames, more_lookups_than_slots) {
  RawListener many(AF_INET, 64);
  std::vector<std::unique_ptr<PosixLink>> links;
  for (std::size_t i = 0; i < posix::kResolverSlots * 3; ++i) {
    links.push_back(std::make_unique<PosixLink>());
    ASSERT_EQ(links.back()->tcp.connect("localhost", many.port()), Status::ok);
    links.back()->tcp.poll(posix::now());
  }
  for (const auto& link : links) EXPECT_EQ(link->settle(), Link::up);
}

}  // namespace
}  // namespace whit::conformance
