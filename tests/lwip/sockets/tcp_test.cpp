// posix::Tcp over lwIP's sockets: failures told apart, addresses in turn, sleeping, and nothing left behind.
#include "posix/tcp.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "link.hpp"
#include "posix/tcp_listener.hpp"
#include "posix/wait.hpp"
#include "scripted_resolver.hpp"

namespace whit::sockets_test {
namespace {

using conformance::address_of;

class SocketsTcp : public testing::Test {
 protected:
  void open() {
    ASSERT_EQ(link_.tcp.connect("127.0.0.1", listener_.port()), Status::ok);
    ASSERT_EQ(link_.settle(), Link::up);
    peer_ = listener_.wait_accept();
    ASSERT_TRUE(peer_.valid());
  }

  static posix::TcpOptions asking(posix::Resolver& resolver) {
    posix::TcpOptions options;
    options.resolver = &resolver;
    return options;
  }

  static Error failure(std::string_view host, std::uint16_t port) {
    TestLink link;
    EXPECT_EQ(link.tcp.connect(host, port), Status::ok);
    EXPECT_EQ(link.settle(), Link::failed);
    return link.tcp.error();
  }

  FarListener listener_;
  TestLink link_;
  FarSocket peer_;
};

// lwIP's word for all three is another.
TEST_F(SocketsTcp, failures_to_connect_are_told_apart) {
  EXPECT_EQ(failure("127.0.0.1", dead_port()), Error::connection_refused);
  EXPECT_EQ(failure("192.0.2.1", 80), Error::host_unreachable);
}

TEST_F(SocketsTcp, silence_is_a_timeout) {
  FarListener hole(1);
  const FarSocket filler = connect_far(hole.port());
  ASSERT_TRUE(filler.valid());
  posix::TcpOptions options;
  options.attempt_timeout_ms = 100;
  TestLink link(options);
  ASSERT_EQ(link.tcp.connect("127.0.0.1", hole.port()), Status::ok);
  const Instant t{5000};
  EXPECT_EQ(link.tcp.poll(t), Link::connecting);
  EXPECT_EQ(link.tcp.next_deadline().ms_left(t + 40), 60u);
  EXPECT_EQ(link.tcp.poll(t + 99), Link::connecting);
  EXPECT_EQ(link.tcp.poll(t + 100), Link::failed);
  EXPECT_EQ(link.tcp.error(), Error::transport_timeout);
}

// lwIP gives up on a peer that does not answer, while connecting and later, by aborting the connection.
TEST_F(SocketsTcp, a_connection_that_lwip_aborts_is_a_timeout) {
  FarListener hole(1);
  const FarSocket filler = connect_far(hole.port());
  TestLink silent;
  ASSERT_EQ(silent.tcp.connect("127.0.0.1", hole.port()), Status::ok);
  ASSERT_EQ(silent.tcp.poll(posix::now()), Link::connecting);
  open();
  for (TestLink* each : {&silent, &link_}) {
    pollfd fds[posix::Tcp::kMaxPollFds];
    ASSERT_EQ(each->tcp.poll_fds(fds), 1u);
    LwipCalls::reset(fds[0].fd);
    EXPECT_EQ(each->until(Link::failed), Link::failed);
    EXPECT_EQ(each->tcp.error(), Error::transport_timeout);
  }
}

TEST_F(SocketsTcp, the_second_address_is_tried_at_once_when_the_first_refuses) {
  conformance::ScriptedResolver resolver;
  resolver.set({address_of("127.0.0.1", dead_port()), address_of("127.0.0.1", listener_.port())});
  posix::TcpOptions options = asking(resolver);
  options.attempt_delay_ms = 8000;
  TestLink link(options);
  const Instant start = posix::now();
  ASSERT_EQ(link.tcp.connect("two.example", 80), Status::ok);
  EXPECT_EQ(link.settle(), Link::up);
  EXPECT_LT(posix::now() - start, 4000u);
}

TEST_F(SocketsTcp, no_socket_left_is_out_of_resources) {
  std::vector<FarSocket> all;
  for (int i = 0; i < 100; ++i) {
    all.push_back(unconnected());
    if (!all.back().valid()) break;
  }
  ASSERT_FALSE(all.back().valid());
  EXPECT_EQ(failure("127.0.0.1", listener_.port()), Error::out_of_resources);
}

TEST_F(SocketsTcp, half_closed_link_still_sends) {
  open();
  peer_.end();
  ASSERT_EQ(link_.until(Link::eof), Link::eof);
  EXPECT_EQ(link_.tcp.tx(as_bytes("late")), 4u);
  ASSERT_TRUE(peer_.wait_readable());
  std::uint8_t got[8];
  EXPECT_EQ(as_text(Bytes(got, peer_.receive(got))), "late");
  EXPECT_EQ(link_.tcp.poll(posix::now()), Link::eof);
}

TEST_F(SocketsTcp, wait_ends_at_the_deadline_or_with_data) {
  open();
  for (const std::uint32_t ms : {30u, 120u}) {
    const Instant start = posix::now();
    EXPECT_FALSE(link_.tcp.wait(Deadline::at(start + ms)));
    EXPECT_GE(posix::now() - start, ms);
    EXPECT_LT(posix::now() - start, ms + 1000);
    EXPECT_FALSE(link_.tcp.wait(Deadline::at(start)));  // passed already: no sleep
  }
  peer_.send(as_bytes("wake"));
  const Instant start = posix::now();
  EXPECT_TRUE(link_.tcp.wait(Deadline::at(start + 8000)));
  EXPECT_LT(posix::now() - start, 4000u);
  EXPECT_EQ(link_.tcp.poll(posix::now()), Link::up);
  EXPECT_EQ(as_text(Bytes(link_.tcp.rx())), "wake");
}

TEST_F(SocketsTcp, wait_sleeps_without_any_socket) {
  const Instant start = posix::now();
  EXPECT_FALSE(link_.tcp.wait(Deadline::at(start + 60)));  // idle
  EXPECT_GE(posix::now() - start, 60u);
}

TEST_F(SocketsTcp, wait_ends_when_a_blocked_sender_has_room) {
  open();
  const std::vector<std::uint8_t> data(8000);
  std::size_t taken = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::size_t n = link_.tcp.tx(data);
    taken += n;
    if (n == 0 && !link_.tcp.wait(Deadline::at(posix::now() + 50))) break;
  }
  ASSERT_EQ(link_.tcp.tx(data), 0u);
  ASSERT_FALSE(link_.tcp.wait(Deadline::at(posix::now() + 50)));  // blocked, and asleep
  std::vector<std::uint8_t> sink(20000);
  std::size_t got = 0;
  for (int i = 0; i < 100 && got < taken && peer_.wait_readable(); ++i) got += peer_.receive(sink);
  EXPECT_EQ(got, taken);
  EXPECT_TRUE(link_.tcp.wait(Deadline::at(posix::now() + 8000)));
  EXPECT_GT(link_.tcp.tx(data), 0u);
}

// LIM-06: a loop whose application does not consume sleeps, although bytes are waiting in lwIP.
TEST_F(SocketsTcp, full_buffer_lets_the_loop_sleep) {
  open();
  const std::vector<std::uint8_t> data(1100, 'f');
  for (std::size_t sent = 0, i = 0; sent < data.size() && i < 1000; ++i) sent += peer_.send(Bytes(data).drop(sent));
  for (int i = 0; i < 50 && link_.tcp.rx().size() < link_.rx.size(); ++i) {
    link_.tcp.wait(Deadline::at(posix::now() + 50));
    link_.tcp.poll(posix::now());
  }
  ASSERT_EQ(link_.tcp.rx().size(), link_.rx.size());
  EXPECT_FALSE(link_.tcp.wait(Deadline::at(posix::now() + 30)));
  link_.tcp.rx_consume(link_.rx.size());
  EXPECT_TRUE(link_.tcp.next_deadline().is_immediate());  // lwIP holds the rest
  EXPECT_EQ(link_.tcp.poll(posix::now()), Link::up);
  EXPECT_EQ(link_.tcp.rx().size(), data.size() - link_.rx.size());
}

TEST_F(SocketsTcp, adopting_nonsense_fails) {
  for (const int fd : {-1, 4711}) {
    link_.tcp.adopt(fd);
    EXPECT_EQ(link_.tcp.poll(posix::now()), Link::failed);
    EXPECT_NE(link_.tcp.error(), Error::none);
  }
}

// Attempts that lose, links that end in any way, and the listener: none keeps a socket.
TEST_F(SocketsTcp, nothing_leaks) {
  const std::size_t before = open_sockets();
  conformance::ScriptedResolver resolver;
  resolver.set({address_of("127.0.0.1", dead_port()), address_of("127.0.0.1", listener_.port())});
  for (int i = 0; i < 12; ++i) {
    TestLink link(asking(resolver));
    ASSERT_EQ(link.tcp.connect("leak.example", 80), Status::ok);
    if (i % 3 == 0) {
      link.tcp.poll(posix::now());
    } else {
      ASSERT_EQ(link.settle(), Link::up);
      peer_ = listener_.wait_accept();
      EXPECT_EQ(open_sockets(), before + 2);
      if (i % 3 == 1) peer_.reset();
      peer_.close();
    }
    posix::TcpListener server;
    ASSERT_EQ(server.listen("127.0.0.1", 0), Status::ok);
  }
  while (listener_.accept().valid()) {
  }
  EXPECT_EQ(open_sockets(), before);
}

class SocketsListener : public testing::Test {
 protected:
  SocketsListener() { start_lwip(); }

  static int wait_accept(posix::TcpListener& listener) {
    pollfd fds[1] = {{listener.fd(), POLLIN, 0}};
    posix::wait(fds, Deadline::at(posix::now() + 2000));
    return listener.accept();
  }
};

TEST_F(SocketsListener, accepts_sockets_that_do_not_block) {
  for (const char* host : {"127.0.0.1", ""}) {
    posix::TcpListener listener;
    ASSERT_EQ(listener.listen(host, 0), Status::ok);
    ASSERT_NE(listener.port(), 0u);
    EXPECT_EQ(listener.listen(host, 0), Status::invalid_state);
    EXPECT_EQ(listener.accept(), -1);  // and does not block
    FarSocket client = connect_far(listener.port());
    ASSERT_TRUE(client.valid());
    const int fd = wait_accept(listener);
    ASSERT_GE(fd, 0);
    EXPECT_NE(lwip_fcntl(fd, F_GETFL, 0) & O_NONBLOCK, 0);
    TestLink link;
    link.tcp.adopt(fd);
    EXPECT_EQ(link.tcp.poll(posix::now()), Link::up);  // nothing to receive, and does not block
    listener.close();
    EXPECT_EQ(listener.fd(), -1);
    EXPECT_EQ(listener.accept(), -1);
    EXPECT_EQ(link.tcp.tx(as_bytes("hello")), 5u);
    ASSERT_TRUE(client.wait_readable());
    std::uint8_t got[8];
    EXPECT_EQ(as_text(Bytes(got, client.receive(got))), "hello");
  }
}

TEST_F(SocketsListener, tells_why_it_cannot_listen) {
  posix::TcpListener listener;
  EXPECT_EQ(listener.listen("not-a-literal", 0), Status::transport_failed);
  EXPECT_EQ(listener.error(), Error::name_not_found);
  ASSERT_EQ(listener.listen("127.0.0.1", 0), Status::ok);
  EXPECT_EQ(listener.error(), Error::none);
  posix::TcpListener second;
  EXPECT_EQ(second.listen("127.0.0.1", listener.port()), Status::transport_failed);
  EXPECT_EQ(errno, EADDRINUSE);
  EXPECT_NE(second.error(), Error::none);
}

#if LWIP_IPV6
TEST_F(SocketsListener, every_address_means_both_families) {
  posix::TcpListener listener;
  ASSERT_EQ(listener.listen("", 0), Status::ok);
  for (const char* host : {"::1", "127.0.0.1"}) {
    TestLink link;
    ASSERT_EQ(link.tcp.connect(host, listener.port()), Status::ok);
    EXPECT_EQ(link.settle(), Link::up) << host;
    TestLink accepted;
    accepted.tcp.adopt(wait_accept(listener));
    EXPECT_EQ(accepted.tcp.poll(posix::now()), Link::up) << host;
  }
  posix::TcpListener one;
  ASSERT_EQ(one.listen("::1", 0), Status::ok);
  EXPECT_FALSE(connect_far(one.port()).valid());  // by IPv4
}
#else
TEST_F(SocketsListener, addresses_of_a_family_that_is_missing_are_no_literals) {
  posix::TcpListener listener;
  EXPECT_EQ(listener.listen("::1", 0), Status::transport_failed);
  EXPECT_EQ(listener.error(), Error::name_not_found);
  EXPECT_EQ(sizeof(posix::Address), 16u);
}
#endif

}  // namespace
}  // namespace whit::sockets_test
