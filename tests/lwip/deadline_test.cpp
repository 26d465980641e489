// When poll() is wanted, and what belongs to lwIP alone in the end.
#include <gtest/gtest.h>

#include "far_end.hpp"
#include "lwip/memp.h"
#include "lwip/tcp.hpp"
#include "lwip/tcp_listener.hpp"
#include "world.hpp"

namespace whit::lwip_test {
namespace {

class LwipDeadline : public testing::TestWithParam<lwip::Sending> {
 protected:
  LwipDeadline() {
    EXPECT_TRUE(far_.listen());
    options_.sending = GetParam();
  }
  ~LwipDeadline() override {
    for (int pool = 0; pool < MEMP_MAX; ++pool) limit_pool(pool, -1);
  }
  void open(lwip::Tcp& tcp) {
    ASSERT_EQ(tcp.connect(address_, FarEnd::kPort), Status::ok);
    for (int i = 0; i < 10 && tcp.poll(world_.now()) != Link::up; ++i) world_.run(10);
    ASSERT_EQ(tcp.poll(world_.now()), Link::up);
  }
  std::uint32_t ms_left(const lwip::Tcp& tcp) { return tcp.next_deadline().ms_left(world_.now()); }

  World world_;
  FarEnd far_;
  lwip::TcpOptions options_;
  const std::string address_ = World::address(Side::far, false);
  const std::uint8_t bytes_[100] = {};
};

// The end is told behind what came before it, which may be read at any time.
TEST_P(LwipDeadline, reading_the_last_bytes_brings_the_end) {
  lwip::Tcp tcp(options_);
  open(tcp);
  ASSERT_EQ(far_.send(Bytes(bytes_, 5)), 5u);
  far_.end();
  world_.run(20);
  EXPECT_EQ(ms_left(tcp), 0u);
  EXPECT_EQ(tcp.poll(world_.now()), Link::up);
  EXPECT_TRUE(tcp.next_deadline().is_never());
  tcp.rx_consume(5);
  EXPECT_EQ(ms_left(tcp), 0u);
  EXPECT_EQ(tcp.poll(world_.now()), Link::eof);
  EXPECT_TRUE(tcp.next_deadline().is_never());
}

// Nothing else would wake whoever waits for memory.
TEST_P(LwipDeadline, what_failed_for_lack_of_memory_is_tried_again_soon) {
  lwip::Tcp tcp(options_);
  ASSERT_EQ(tcp.connect(address_, FarEnd::kPort), Status::ok);
  EXPECT_EQ(ms_left(tcp), 0u);
  limit_pool(MEMP_TCP_PCB, 0);
  EXPECT_EQ(tcp.poll(world_.now()), Link::connecting);
  EXPECT_EQ(ms_left(tcp), 20u);
  limit_pool(MEMP_TCP_PCB, -1);
  EXPECT_EQ(tcp.poll(world_.now()), Link::connecting);
  EXPECT_EQ(ms_left(tcp), options_.attempt_timeout_ms);
  world_.run(20);
  ASSERT_EQ(tcp.poll(world_.now()), Link::up);

  limit_pool(MEMP_TCP_SEG, 0);
  EXPECT_EQ(tcp.tx(bytes_), 0u);
  EXPECT_EQ(ms_left(tcp), 20u);
  limit_pool(MEMP_TCP_SEG, -1);
  EXPECT_EQ(tcp.poll(world_.now()), Link::up);
  const std::size_t taken = tcp.tx(bytes_);
  EXPECT_EQ(taken + tcp.tx_held(), sizeof bytes_);
  EXPECT_TRUE(tcp.next_deadline().is_never());
}

// A driver that has no room makes nobody wait for lwIP's own timers, which look after 250 ms.
TEST_P(LwipDeadline, what_a_driver_refused_is_tried_again_soon) {
  lwip::Tcp tcp(options_);
  open(tcp);
  world_.run(1000);
  EXPECT_EQ(tcp.poll(world_.now()), Link::up);
  world_.refuse(3);
  const std::size_t taken = tcp.tx(bytes_);
  EXPECT_EQ(taken + tcp.tx_held(), sizeof bytes_);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ms_left(tcp), 20u);
    world_.run(20);
    EXPECT_EQ(tcp.poll(world_.now()), Link::up);
  }
  EXPECT_EQ(ms_left(tcp), 20u);
  world_.run(20);
  EXPECT_EQ(tcp.poll(world_.now()), Link::up);
  EXPECT_TRUE(tcp.next_deadline().is_never());
  world_.run(2);
  std::uint8_t received[sizeof bytes_];
  EXPECT_EQ(far_.receive(received), sizeof bytes_);
}

// Nor does a connection that begins while the driver is busy.
TEST_P(LwipDeadline, a_connection_that_a_driver_refused_is_tried_again_soon) {
  lwip::Tcp tcp(options_);
  world_.refuse(1);
  ASSERT_EQ(tcp.connect(address_, FarEnd::kPort), Status::ok);
  EXPECT_EQ(tcp.poll(world_.now()), Link::connecting);
  for (int i = 0; i < 2; ++i) {
    world_.run(std::min(20u, ms_left(tcp)));
    tcp.poll(world_.now());
  }
  EXPECT_EQ(tcp.poll(world_.now()), Link::up);
}

TEST_P(LwipDeadline, what_is_accepted_wants_to_be_polled) {
  lwip::TcpListener listener;
  ASSERT_EQ(listener.listen(8080), Status::ok);
  ASSERT_TRUE(far_.connect(World::address(Side::near, false), 8080));
  world_.run(20);
  lwip::Tcp tcp(options_);
  ASSERT_TRUE(listener.accept(tcp));
  EXPECT_EQ(ms_left(tcp), 0u);
  EXPECT_EQ(tcp.poll(world_.now()), Link::up);
}

// lwIP frees a connection after TIME_WAIT without a word; another may live in its place by then.
TEST_P(LwipDeadline, a_connection_that_ended_is_not_touched_again) {
  lwip::Tcp tcp(options_), next(options_);
  open(tcp);
  std::size_t taken = tcp.tx(bytes_);
  world_.run(300);  // acknowledgements are delayed
  if (taken == 0) taken = tcp.tx(bytes_);
  EXPECT_EQ(taken, sizeof bytes_);
  EXPECT_EQ(far_.send(Bytes(bytes_, 3)), 3u);
  tcp.close(How::graceful);
  world_.run(20);
  far_.end();
  world_.run(300000);
  EXPECT_EQ(tcp.poll(world_.now()), Link::up);  // three bytes are still to be read
  far_.forget();
  for (int i = 0; i < 4; ++i) {
    lwip::Tcp another(options_);
    ASSERT_EQ(another.connect(address_, 81), Status::ok);
    another.poll(world_.now());
  }
  open(next);
  tcp.close(How::abort);
  EXPECT_EQ(next.poll(world_.now()), Link::up);
  EXPECT_EQ(tcp.poll(world_.now()), Link::idle);
}

// What lwIP still refers to it must not send once the ring is somebody else's.
TEST_P(LwipDeadline, an_abort_before_the_last_acknowledgement_takes_the_bytes_back) {
  lwip::Tcp tcp(options_);
  open(tcp);
  world_.plug(false);
  (void)tcp.tx(bytes_);
  tcp.close(How::graceful);
  world_.run(2);  // our bytes and our end are lost
  world_.plug(true);
  far_.end();
  world_.run(1);
  EXPECT_EQ(tcp.poll(world_.now()), Link::eof);
  EXPECT_EQ(tcp.tx_held(), GetParam() == lwip::Sending::in_place ? sizeof bytes_ : 0u);
  tcp.close(How::abort);
  world_.run(5000);
  std::uint8_t received[sizeof bytes_];
  EXPECT_EQ(far_.receive(received), GetParam() == lwip::Sending::in_place ? 0 : sizeof bytes_);
}

INSTANTIATE_TEST_SUITE_P(Sending, LwipDeadline, testing::Values(lwip::Sending::in_place, lwip::Sending::copy),
                         [](const testing::TestParamInfo<lwip::Sending>& each) {
                           return each.param == lwip::Sending::copy ? "copying" : "in_place";
                         });

}  // namespace
}  // namespace whit::lwip_test
