// Out of memory, in every way: it is "not now", and no byte is lost.
#include <gtest/gtest.h>

#include "exchange.hpp"
#include "lwip/memp.h"
#include "lwip/stats.h"
#include "lwip/tcp_listener.hpp"
#include "name_server.hpp"

namespace whit::lwip_test {
namespace {

class LwipShortage : public testing::TestWithParam<lwip::Sending> {
 protected:
  LwipShortage() {
    exchange_.up = exchange_.down = 9000;
    exchange_.options.sending = GetParam();
  }
  ~LwipShortage() override {
    for (int pool = 0; pool < MEMP_MAX; ++pool) limit_pool(pool, -1);
    limit_heap(-1);
  }

  Outcome live_by_name() {
    World world;
    NameServer server;
    server.ipv4["short.example"] = World::address(Side::far, false);
    return live(world, exchange_);
  }

  void every_allocation_fails() {
    const Outcome whole = live_by_name();
    ASSERT_TRUE(whole.complete) << whole.text;
    const std::size_t total = whole.allocations;
    ASSERT_GT(total, 50u);
    for (std::size_t nth = 1; nth <= total; ++nth) {
      exchange_.fail_at = nth;
      const Outcome each = live_by_name();
      ASSERT_TRUE(each.complete && each.intact) << "allocation " << nth << " of " << total << ": " << each.text;
    }
  }

  static constexpr int kPbufsOfAPacket = (1500 + PBUF_POOL_BUFSIZE - 1) / PBUF_POOL_BUFSIZE;
  Exchange exchange_;
};

TEST_P(LwipShortage, any_allocation_may_fail) { every_allocation_fails(); }

TEST_P(LwipShortage, any_allocation_may_fail_on_the_way_from_a_name) {
  exchange_.host = "short.example";
  every_allocation_fails();
}

TEST_P(LwipShortage, any_allocation_may_fail_on_the_way_to_an_accepted_connection) {
  exchange_.accepts = true;
  every_allocation_fails();
}

// Both ends share the pools, so 1 is less than half of what one end needs.
TEST_P(LwipShortage, any_pool_may_be_too_small) {
  for (const int pool : {MEMP_TCP_SEG, MEMP_PBUF, MEMP_PBUF_POOL, MEMP_TCP_PCB}) {
    for (int most = 0; most <= 6; ++most) {
      World world;
      limit_pool(pool, pool == MEMP_PBUF_POOL ? most * kPbufsOfAPacket : most);
      const Outcome outcome = live(world, exchange_);
      limit_pool(pool, -1);
      EXPECT_TRUE(outcome.intact) << "pool " << pool << " of " << most;
      // With none at all nothing moves, and it is for the core's deadlines to end it.
      EXPECT_TRUE(outcome.complete || outcome.error != Error::none || most == 0)
          << "pool " << pool << " of " << most << ": " << outcome.text;
      EXPECT_TRUE(outcome.complete || most < 4) << "pool " << pool << " of " << most << ": " << outcome.text;
    }
  }
}

TEST_P(LwipShortage, the_heap_may_be_too_small) {
  for (long most = 0; most <= 8000; most += 250) {
    World world;
    limit_heap(most);
    const Outcome outcome = live(world, exchange_);
    limit_heap(-1);
    EXPECT_TRUE(outcome.intact) << "heap of " << most;
    // Both ends share it, so what one of them sends may leave nothing for acknowledgements.
    EXPECT_TRUE(outcome.complete || most < TCP_SND_BUF + 500) << "heap of " << most << ": " << outcome.text;
  }
}

// A name needs one: without, it is asked again until the time is up.
TEST_P(LwipShortage, no_name_without_a_udp_pcb) {
  World world;
  NameServer server;
  limit_pool(MEMP_UDP_PCB, 1);  // the server's
  exchange_.host = "short.example";
  EXPECT_EQ(live(world, exchange_).error, Error::out_of_resources);
}

TEST_P(LwipShortage, no_listener_without_a_pcb) {
  for (const int pool : {MEMP_TCP_PCB, MEMP_TCP_PCB_LISTEN}) {
    World world;
    lwip::TcpListener listener;
    limit_pool(pool, 0);
    EXPECT_EQ(listener.listen(8080), Status::transport_failed);
    EXPECT_EQ(listener.error(), Error::out_of_resources);
    limit_pool(pool, -1);
    EXPECT_EQ(listener.listen(8080), Status::ok);
  }
}

// Out of memory is told apart from everything else.
TEST_P(LwipShortage, no_connection_without_a_pcb) {
  World world;
  limit_pool(MEMP_TCP_PCB, 0);
  const Instant start = world.now();
  const Outcome outcome = live(world, exchange_);
  EXPECT_EQ(outcome.error, Error::out_of_resources);
  EXPECT_GE(world.now() - start, exchange_.options.attempt_timeout_ms);
}

// LIM-06: a peer that sends byte by byte to somebody who does not read does not empty the pool.
TEST_P(LwipShortage, small_segments_share_buffers) {
  World world;
  FarEnd far;
  ASSERT_TRUE(far.listen());
  lwip::Tcp tcp(exchange_.options);
  const std::string address = World::address(Side::far, false);
  ASSERT_EQ(tcp.connect(address, FarEnd::kPort), Status::ok);
  for (int i = 0; i < 10 && tcp.poll(world.now()) != Link::up; ++i) world.run(10);
  std::string sent;
  for (int i = 0; i < 3000; ++i) {
    sent += static_cast<char>('a' + i % 26);
    ASSERT_EQ(far.send(as_bytes(std::string_view(sent).substr(sent.size() - 1))), 1u);
    world.run(5);
    ASSERT_LE(lwip_stats.memp[MEMP_PBUF_POOL]->used, sent.size() / (PBUF_POOL_BUFSIZE - 100) + 1);
  }
  std::string got;
  while (got.size() < sent.size() && tcp.poll(world.now()) == Link::up && !tcp.rx().empty()) {
    got += static_cast<char>(tcp.rx()[0]);
    tcp.rx_consume(1);
  }
  EXPECT_EQ(got, sent);
}

INSTANTIATE_TEST_SUITE_P(Sending, LwipShortage, testing::Values(lwip::Sending::in_place, lwip::Sending::copy),
                         [](const testing::TestParamInfo<lwip::Sending>& each) {
                           return each.param == lwip::Sending::copy ? "copying" : "in_place";
                         });

}  // namespace
}  // namespace whit::lwip_test
