// A bad wire between the ends: whatever happens to packets, bytes arrive once and in order.
#include <gtest/gtest.h>

#include "exchange.hpp"

namespace whit::lwip_test {
namespace {

constexpr std::uint32_t kSeeds = 300;

Weather bad_weather(std::uint32_t seed) {
  std::minstd_rand random(seed);
  Weather weather;
  weather.seed = seed;
  weather.delay_ms = static_cast<std::uint32_t>(random() % 200);
  weather.jitter_ms = static_cast<std::uint32_t>(random() % 50);
  weather.loss = static_cast<unsigned>(random() % 100);
  weather.duplication = static_cast<unsigned>(random() % 100);
  constexpr std::uint16_t kMtus[] = {1500, 576, 296};
  weather.mtu = kMtus[random() % 3];
  return weather;
}

// FAI-05, LIM-06
TEST(LwipWeather, bytes_arrive_once_and_in_order_on_any_wire) {
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    World world(bad_weather(seed));
    Exchange exchange;
    exchange.up = 1 + seed * 97 % 12000;
    exchange.down = 1 + seed * 89 % 12000;
    exchange.options.attempt_timeout_ms = 0;
    exchange.options.sending = seed % 2 == 0 ? lwip::Sending::copy : lwip::Sending::in_place;
    const Outcome outcome = live(world, exchange);
    ASSERT_TRUE(outcome.complete && outcome.intact) << "seed " << seed << ": " << outcome.text;
  }
}

// FAI-05: nothing at all comes back: TCP gives up, and says that it was time.
TEST(LwipWeather, silence_is_a_timeout) {
  World world;
  world.plug(false);
  const Outcome outcome = live(world, {});
  EXPECT_FALSE(outcome.complete);
  EXPECT_EQ(outcome.error, Error::transport_timeout);
}

TEST(LwipWeather, a_cable_that_is_pulled_and_put_back_loses_nothing) {
  World world;
  FarEnd far;
  ASSERT_TRUE(far.listen());
  lwip::Tcp tcp;
  const std::string address = World::address(Side::far, false);
  ASSERT_EQ(tcp.connect(address, FarEnd::kPort), Status::ok);
  for (int i = 0; i < 10 && tcp.poll(world.now()) != Link::up; ++i) world.run(10);
  ASSERT_EQ(tcp.poll(world.now()), Link::up);
  const std::string hello = "hello";
  world.plug(false);
  EXPECT_EQ(tcp.tx(as_bytes(hello)), 0u);  // in place: not before it is acknowledged
  EXPECT_EQ(tcp.tx_held(), 5u);
  world.run(5000);
  EXPECT_EQ(tcp.poll(world.now()), Link::up);
  EXPECT_EQ(tcp.tx(as_bytes(hello)), 0u);
  world.plug(true);
  world.run(20000);
  EXPECT_TRUE(tcp.next_deadline().is_immediate());
  EXPECT_EQ(tcp.tx(as_bytes(hello)), 5u);
  std::uint8_t got[16];
  EXPECT_EQ(far.receive(got), 5u);
}

}  // namespace
}  // namespace whit::lwip_test
