// The simulated network's Transport against the suite.
#include <memory>

#include "sim/network.hpp"
#include "sim/tcp.hpp"
#include "transport_conformance.hpp"

namespace whit::conformance {
namespace {

class SimRig final : public Rig {
 public:
  explicit SimRig(bool rough) : near_(network_) {
    if (!rough) return;
    network_.conditions.jitter_ms = 3;
    network_.conditions.random_writes = true;
    network_.conditions.most_per_write = 1000;
    network_.conditions.window = 5000;
  }

  [[nodiscard]] std::size_t large() const override { return 1u << 20; }
  Transport& link() override { return near_; }
  Instant now() override { return network_.now(); }
  Status connect() override {
    network_.conditions.latency_ms = 1;
    network_.listen("far.example", 80, [this](sim::Tcp& dialling) {
      far_ = std::make_unique<sim::Tcp>(network_);
      far_->adopt(dialling);
    });
    if (near_.poll(now()) == Link::idle) far_.reset();
    return near_.connect("far.example", 80);
  }
  void pause() override {
    network_.run(2, [] { return Deadline::never(); });
  }
  bool peer_ready() override { return far_ != nullptr; }
  std::size_t peer_send(Bytes bytes) override { return far_->tx(bytes); }
  std::size_t peer_receive(MutBytes out) override {
    far_->poll(now());
    const std::size_t n = std::min(out.size(), far_->rx().size());
    std::copy_n(far_->rx().begin(), n, out.begin());
    far_->rx_consume(n);
    return n;
  }
  bool peer_saw_end() override {
    const Link link = far_->poll(now());
    return link == Link::eof || link == Link::failed;
  }
  void peer_end() override { far_->close(How::graceful); }
  void peer_reset() override { far_->close(How::abort); }

 private:
  sim::Network network_;
  sim::Tcp near_;
  std::unique_ptr<sim::Tcp> far_;
};

INSTANTIATE_TEST_SUITE_P(Sim, TransportConformance,
                         testing::Values(rig<SimRig>("smooth", false), rig<SimRig>("rough", true)), rig_name);

}  // namespace
}  // namespace whit::conformance
