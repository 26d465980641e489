// lwip::Tcp against the suite that every Transport must pass, both families and both ways of sending, over good wires.
#include "far_end.hpp"
#include "lwip/tcp.hpp"
#include "transport_conformance.hpp"
#include "world.hpp"

namespace whit::conformance {
namespace {

using lwip_test::Side;

template <lwip::Sending kSending, bool kIpv6, std::uint32_t kJitter, std::uint16_t kMtu>
class LwipRig {
 public:
  static constexpr std::size_t kLarge = 200000;

  static std::string name() {
    return std::string(kIpv6 ? "ipv6" : "ipv4") + (kSending == lwip::Sending::copy ? "_copying" : "_in_place") +
           (kJitter > 0 ? "_reordered" : "") + (kMtu != 1500 ? "_mtu_" + std::to_string(kMtu) : "");
  }

  LwipRig() : world_(weather()), tcp_(options()) {}

  Transport& link() { return tcp_; }
  Instant now() { return world_.now(); }
  Status connect() {
    if (tcp_.poll(now()) == Link::idle) {
      far_.forget();
      EXPECT_TRUE(far_.listen());
      address_ = lwip_test::World::address(Side::far, kIpv6);
    }
    return tcp_.connect(address_, lwip_test::FarEnd::kPort);
  }
  void pause() { world_.run(20); }
  bool peer_ready() { return far_.connected(); }
  std::size_t peer_send(Bytes bytes) { return far_.send(bytes); }
  std::size_t peer_receive(MutBytes out) { return far_.receive(out); }
  bool peer_saw_end() { return far_.saw_end(); }
  void peer_end() { far_.end(); }
  void peer_reset() { far_.reset(); }

 private:
  static lwip_test::Weather weather() {
    lwip_test::Weather weather;
    weather.jitter_ms = kJitter;
    weather.mtu = kMtu;
    return weather;
  }
  static lwip::TcpOptions options() {
    lwip::TcpOptions options;
    options.sending = kSending;
    return options;
  }

  lwip_test::World world_;
  lwip_test::FarEnd far_;
  lwip::Tcp tcp_;
  std::string address_;
};

using lwip::Sending;
using Rigs = testing::Types<LwipRig<Sending::in_place, false, 0, 1500>, LwipRig<Sending::copy, false, 0, 1500>,
                            LwipRig<Sending::in_place, true, 0, 1500>, LwipRig<Sending::in_place, false, 3, 1500>,
                            LwipRig<Sending::copy, true, 3, 1280>, LwipRig<Sending::in_place, false, 0, 296>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Lwip, TransportConformance, Rigs, RigNames);

}  // namespace
}  // namespace whit::conformance
