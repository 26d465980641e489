// lwip::Tcp against the suite that every Transport must pass, both families and both ways of sending, over good
// wires and bad ones.
#include "far_end.hpp"
#include "lwip/tcp.hpp"
#include "transport_conformance.hpp"
#include "world.hpp"

namespace whit::conformance {
namespace {

using lwip_test::Side;

class LwipRig final : public Rig {
 public:
  LwipRig(lwip::Sending sending, bool ipv6, const lwip_test::Weather& weather = {})
      : ipv6_(ipv6), world_(weather), tcp_(options(sending)) {}

  [[nodiscard]] std::size_t large() const override { return 200000; }
  Transport& link() override { return tcp_; }
  Instant now() override { return world_.now(); }
  Status connect() override {
    if (tcp_.poll(now()) == Link::idle) {
      far_.forget();
      EXPECT_TRUE(far_.listen());
      address_ = lwip_test::World::address(Side::far, ipv6_);
    }
    return tcp_.connect(address_, lwip_test::FarEnd::kPort);
  }
  void pause() override { world_.run(20); }
  bool peer_ready() override { return far_.connected(); }
  std::size_t peer_send(Bytes bytes) override { return far_.send(bytes); }
  std::size_t peer_receive(MutBytes out) override { return far_.receive(out); }
  bool peer_saw_end() override { return far_.saw_end(); }
  void peer_end() override { far_.end(); }
  void peer_reset() override { far_.reset(); }

 private:
  static lwip::TcpOptions options(lwip::Sending sending) {
    lwip::TcpOptions options;
    options.sending = sending;
    return options;
  }

  bool ipv6_;
  lwip_test::World world_;
  lwip_test::FarEnd far_;
  lwip::Tcp tcp_;
  std::string address_;
};

lwip_test::Weather weather(std::uint32_t jitter_ms, std::uint16_t mtu) {
  lwip_test::Weather weather;
  weather.jitter_ms = jitter_ms;
  weather.mtu = mtu;
  return weather;
}

lwip_test::Weather split() {
  lwip_test::Weather weather;
  weather.headers_apart = true;
  return weather;
}

// Packets are lost, repeated and reordered; the seed is in the name of the test.
lwip_test::Weather bad(std::uint32_t seed) {
  lwip_test::Weather weather = lwip_test::Weather();
  weather.jitter_ms = 5;
  weather.loss = 30;
  weather.duplication = 30;
  weather.seed = seed;
  weather.headers_apart = seed % 2 == 0;
  return weather;
}

std::vector<RigMaker> on_bad_wires() {
  std::vector<RigMaker> makers;
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    const auto sending = seed % 3 == 0 ? lwip::Sending::copy : lwip::Sending::in_place;
    makers.push_back(rig<LwipRig>("seed_" + std::to_string(seed), sending, seed % 4 == 0, bad(seed)));
  }
  return makers;
}

using lwip::Sending;
INSTANTIATE_TEST_SUITE_P(
    Lwip, TransportConformance,
    testing::Values(rig<LwipRig>("ipv4_in_place", Sending::in_place, false),
                    rig<LwipRig>("ipv4_copying", Sending::copy, false),
                    rig<LwipRig>("ipv6_in_place", Sending::in_place, true),
                    rig<LwipRig>("ipv4_in_place_reordered", Sending::in_place, false, weather(3, 1500)),
                    rig<LwipRig>("ipv6_copying_reordered_mtu_1280", Sending::copy, true, weather(3, 1280)),
                    rig<LwipRig>("ipv4_in_place_mtu_296", Sending::in_place, false, weather(0, 296)),
                    rig<LwipRig>("ipv4_in_place_headers_apart", Sending::in_place, false, split()),
                    rig<LwipRig>("ipv6_copying_headers_apart", Sending::copy, true, split())),
    rig_name);
INSTANTIATE_TEST_SUITE_P(LwipOnBadWires, TransportConformance, testing::ValuesIn(on_bad_wires()), rig_name);

}  // namespace
}  // namespace whit::conformance
