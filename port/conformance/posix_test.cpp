// posix::Tcp against the suite, with receive buffers from one byte up.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "posix/clock.hpp"
#include "posix/tcp.hpp"
#include "raw_socket.hpp"
#include "socket_rig.hpp"

namespace whit::conformance {
namespace {

using TcpRig = SocketRig<RawListener, RawSocket>;
INSTANTIATE_TEST_SUITE_P(PosixTcp, TransportConformance,
                         testing::Values(rig<TcpRig>("buffer_of_1", 1, 20000), rig<TcpRig>("buffer_of_61", 61, 300000),
                                         rig<TcpRig>("buffer_of_4096", 4096, 4u << 20),
                                         rig<TcpRig>("buffer_of_65536", 65536, 16u << 20)),
                         rig_name);

class PosixTcp : public testing::Test {
 protected:
  void open() {
    ASSERT_EQ(tcp_.connect("127.0.0.1", listener_.port()), Status::ok);
    ASSERT_EQ(until(tcp_, Link::up), Link::up);
    peer_ = listener_.wait_accept();
    ASSERT_TRUE(peer_.valid());
  }

  static Link until(posix::Tcp& tcp, Link wanted) {
    const Instant limit = posix::now() + 5000;
    Link state = tcp.poll(posix::now());
    while (state != wanted && !reached(posix::now(), limit)) {
      tcp.wait(Deadline::at(limit));
      state = tcp.poll(posix::now());
    }
    return state;
  }

  std::array<std::uint8_t, 4096> buffer_{};
  posix::Tcp tcp_{buffer_};
  RawListener listener_{AF_INET};
  RawSocket peer_;
};

// After the peer's end the other direction still works.
TEST_F(PosixTcp, half_closed_link_still_sends) {
  open();
  peer_.end();
  ASSERT_EQ(until(tcp_, Link::eof), Link::eof);
  EXPECT_EQ(tcp_.tx(as_bytes("late")), 4u);
  std::uint8_t got[8];
  pollfd readable{peer_.fd(), POLLIN, 0};
  ASSERT_EQ(::poll(&readable, 1, 2000), 1);
  EXPECT_EQ(as_text(Bytes(got, peer_.receive(got))), "late");
  EXPECT_EQ(tcp_.poll(posix::now()), Link::eof);
}

volatile sig_atomic_t pipe_signals = 0;

// A dead peer is an error code: SIGPIPE, which ends a process, is never raised.
TEST_F(PosixTcp, never_raises_sigpipe) {
  pipe_signals = 0;
  struct sigaction count {};
  struct sigaction before {};
  count.sa_handler = [](int) { pipe_signals = pipe_signals + 1; };
  ASSERT_EQ(::sigaction(SIGPIPE, &count, &before), 0);
  const std::array<std::uint8_t, 1000> data{};
  for (const bool end_first : {false, true}) {  // a reset behind an end is EPIPE, the one that comes with the signal
    open();
    if (end_first) {
      peer_.end();
      ASSERT_EQ(until(tcp_, Link::eof), Link::eof);
    }
    peer_.reset();
    for (int i = 0; i < 20; ++i) {
      tcp_.tx(data);
      tcp_.wait(Deadline::at(posix::now() + 1));
    }
    EXPECT_EQ(until(tcp_, Link::failed), Link::failed);
    EXPECT_EQ(tcp_.tx(data), 0u);
    EXPECT_EQ(tcp_.error(), Error::connection_reset);
    tcp_.close(How::abort);
  }
  EXPECT_EQ(::sigaction(SIGPIPE, &before, nullptr), 0);
  EXPECT_EQ(pipe_signals, 0);
}

// The contract of next_deadline(): whatever poll() would tell without anything arriving is due at once.
TEST_F(PosixTcp, next_deadline_tells_of_unreported_news) {
  EXPECT_TRUE(tcp_.next_deadline().is_never());
  ASSERT_EQ(tcp_.connect("127.0.0.1", listener_.port()), Status::ok);
  EXPECT_TRUE(tcp_.next_deadline().is_immediate());
  ASSERT_EQ(until(tcp_, Link::up), Link::up);
  peer_ = listener_.wait_accept();
  EXPECT_TRUE(tcp_.next_deadline().is_never());

  peer_.send(as_bytes("x"));
  peer_.reset();
  for (int i = 0; i < 10; ++i) {  // reads the byte, then meets the reset behind it
    tcp_.wait(Deadline::at(posix::now() + 5));
    ASSERT_EQ(tcp_.poll(posix::now()), Link::up);
  }
  ASSERT_EQ(tcp_.rx().size(), 1u);
  EXPECT_TRUE(tcp_.next_deadline().is_never());  // it is the reader's turn
  tcp_.rx_consume(1);
  EXPECT_TRUE(tcp_.next_deadline().is_immediate());
  EXPECT_EQ(tcp_.poll(posix::now()), Link::failed);
  EXPECT_TRUE(tcp_.next_deadline().is_never());
}

// LIM-06: a loop whose application does not consume sleeps, although bytes are waiting in the kernel.
TEST_F(PosixTcp, full_buffer_lets_the_loop_sleep) {
  open();
  const std::array<std::uint8_t, 6000> data{};
  ASSERT_EQ(peer_.send(data), data.size());
  for (int i = 0; i < 20 && tcp_.rx().size() < buffer_.size(); ++i) {
    tcp_.wait(Deadline::at(posix::now() + 50));
    tcp_.poll(posix::now());
  }
  ASSERT_EQ(tcp_.rx().size(), buffer_.size());
  EXPECT_TRUE(tcp_.next_deadline().is_never());
  pollfd fds[posix::Tcp::kMaxPollFds];
  EXPECT_EQ(tcp_.poll_fds(fds), 0u);
  EXPECT_FALSE(tcp_.wait(Deadline::at(posix::now() + 20)));
  tcp_.rx_consume(buffer_.size());
  EXPECT_TRUE(tcp_.next_deadline().is_immediate());  // the kernel holds the rest
  EXPECT_EQ(tcp_.poll(posix::now()), Link::up);
  EXPECT_EQ(tcp_.rx().size(), data.size() - buffer_.size());
}

TEST_F(PosixTcp, wait_ends_at_the_deadline_or_with_data) {
  open();
  const Instant start = posix::now();
  EXPECT_FALSE(tcp_.wait(Deadline::at(start + 30)));
  EXPECT_GE(posix::now() - start, 30u);
  EXPECT_LT(posix::now() - start, 2000u);
  EXPECT_FALSE(tcp_.wait(Deadline::at(start)));  // passed already: no sleep

  peer_.send(as_bytes("wake"));
  EXPECT_TRUE(tcp_.wait(Deadline::at(posix::now() + 5000)));
  EXPECT_LT(posix::now() - start, 4000u);
  EXPECT_EQ(tcp_.poll(posix::now()), Link::up);
  EXPECT_EQ(as_text(Bytes(tcp_.rx().data(), tcp_.rx().size())), "wake");
}

TEST_F(PosixTcp, wait_ends_when_a_blocked_sender_has_room) {
  open();
  const std::array<std::uint8_t, 8000> data{};
  std::size_t taken = 0;
  for (int i = 0; i < 5000; ++i) {
    const std::size_t n = tcp_.tx(data);
    taken += n;
    if (n == 0 && !tcp_.wait(Deadline::at(posix::now() + 20))) break;
  }
  ASSERT_FALSE(tcp_.wait(Deadline::at(posix::now() + 20)));  // blocked, and asleep
  std::array<std::uint8_t, 65536> sink{};
  const Instant limit = posix::now() + 5000;
  std::size_t got = 0;
  while (got < taken && !reached(posix::now(), limit)) got += peer_.receive(sink);
  EXPECT_EQ(got, taken);
  EXPECT_TRUE(tcp_.wait(Deadline::at(posix::now() + 5000)));
  EXPECT_GT(tcp_.tx(data), 0u);
}

TEST_F(PosixTcp, adopts_an_accepted_socket) {
  RawSocket client = connect_raw(listener_.port());
  ASSERT_TRUE(client.valid());
  tcp_.adopt(listener_.wait_accept().release());
  EXPECT_TRUE(tcp_.next_deadline().is_immediate());
  EXPECT_EQ(tcp_.poll(posix::now()), Link::up);
  client.send(as_bytes("hello"));
  ASSERT_TRUE(tcp_.wait(Deadline::at(posix::now() + 5000)));
  tcp_.poll(posix::now());
  EXPECT_EQ(as_text(Bytes(tcp_.rx().data(), tcp_.rx().size())), "hello");
  client.end();
  tcp_.rx_consume(5);
  EXPECT_EQ(until(tcp_, Link::eof), Link::eof);
}

TEST_F(PosixTcp, adopting_nonsense_fails) {
  tcp_.adopt(-1);
  EXPECT_EQ(tcp_.poll(posix::now()), Link::failed);
  EXPECT_NE(tcp_.error(), Error::none);
}

TEST_F(PosixTcp, needs_a_buffer_and_a_host) {
  posix::Tcp none{MutBytes{}};
  EXPECT_EQ(none.connect("127.0.0.1", 1), Status::transport_failed);
  EXPECT_EQ(none.error(), Error::out_of_resources);
  EXPECT_EQ(none.poll(posix::now()), Link::idle);
  EXPECT_EQ(tcp_.connect("", 1), Status::transport_failed);
  EXPECT_EQ(tcp_.error(), Error::name_not_found);
}

// An object that goes out of scope leaves nothing open.
TEST_F(PosixTcp, destructor_closes) {
  const std::size_t before = settled_descriptors();
  {
    std::array<std::uint8_t, 64> buffer{};
    posix::Tcp other{buffer};
    ASSERT_EQ(other.connect("127.0.0.1", listener_.port()), Status::ok);
    ASSERT_EQ(until(other, Link::up), Link::up);
    EXPECT_EQ(open_descriptors(), before + 1);
  }
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace whit::conformance
