// The lock of lwIP's core, where the user gives it: each call takes it and gives it back, and no callback takes it, nor
// anybody twice (world.cpp looks).
#include <gtest/gtest.h>

#include "far_end.hpp"
#include "lwip/tcp.hpp"
#include "lwip/tcp_listener.hpp"
#include "world.hpp"

#ifdef WHIT_LWIP_LOCK
namespace whit::lwip_test {
namespace {

template <typename Call>
std::size_t locks_of(Call call) {
  const std::size_t before = locks();
  call();
  return locks() - before;
}

TEST(LwipLock, each_call_takes_it_once) {
  World world;
  FarEnd far;
  ASSERT_TRUE(far.listen());
  lwip::Tcp tcp;
  const std::string address = World::address(Side::far, false);
  EXPECT_EQ(locks_of([&] { (void)tcp.connect(address, FarEnd::kPort); }), 1u);
  EXPECT_EQ(locks_of([&] { tcp.poll(world.now()); }), 1u);
  world.run(20);
  ASSERT_EQ(tcp.poll(world.now()), Link::up);
  EXPECT_EQ(locks_of([&] { (void)tcp.tx(as_bytes("hello")); }), 1u);
  EXPECT_EQ(locks_of([&] { (void)tcp.tx_held(); }), 1u);
  EXPECT_EQ(far.send(as_bytes("there")), 5u);
  world.run(20);
  EXPECT_EQ(locks_of([&] { (void)tcp.rx(); }), 1u);
  EXPECT_EQ(locks_of([&] { tcp.rx_consume(5); }), 1u);
  EXPECT_EQ(locks_of([&] { (void)tcp.next_deadline(); }), 1u);
  EXPECT_EQ(locks_of([&] { tcp.close(How::graceful); }), 1u);
  EXPECT_EQ(locks_of([&] { tcp.close(How::abort); }), 1u);
}

TEST(LwipLock, a_listener_takes_it_once_at_a_time) {
  World world;
  lwip::TcpListener listener;
  lwip::Tcp tcp;
  FarEnd far;
  EXPECT_EQ(locks_of([&] { (void)listener.listen(8080); }), 1u);
  ASSERT_TRUE(far.connect(World::address(Side::near, false), 8080));
  world.run(20);
  EXPECT_EQ(locks_of([&] { EXPECT_TRUE(listener.accept(tcp)); }), 2u);  // one after the other
  EXPECT_EQ(locks_of([&] { listener.close(); }), 1u);
}

}  // namespace
}  // namespace whit::lwip_test
#endif  // WHIT_LWIP_LOCK
