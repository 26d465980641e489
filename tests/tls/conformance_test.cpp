// The TLS transport against the suite that every transport must pass, with OpenSSL at the far end.
#include "mbedtls/tls.hpp"
#include "tls/tls_fixture.hpp"
#include "transport_conformance.hpp"

namespace whit::conformance {
namespace {

using test::Holding;

// Bytes travel between the in-memory link and OpenSSL at each pause; each side may have kWindow bytes waiting.
class TlsRig final : public Rig {
 public:
  TlsRig(int version, Holding holding, std::size_t chunk) : chunk_(chunk) {
    link_.holding = holding;
    link_.connect_polls = 2;
    peer_.versions(version, version);
    peer_.identity("server");
    EXPECT_EQ(config_.trust_pem(test::certificate("root.pem")), Error::none);
    config_.ignore_dates();
  }

  [[nodiscard]] std::size_t large() const override { return chunk_ == 1 ? 30000 : 300000; }
  Transport& link() override { return tls_; }
  Instant now() override { return {++ms_}; }
  Status connect() override {
    if (tls_.poll(now()) == Link::idle) {
      peer_.restart();
      (void)link_.take_sent();
      link_.set_tx_budget(kWindow);
      ended_ = false;
    }
    return tls_.connect("localhost", 443);
  }
  void pause() override {
    // A reader that does not read closes the window.
    if (peer_.received().size() < kWindow) {
      const auto sent = link_.take_sent();
      peer_.feed(as_text(Bytes(sent.data(), sent.size())));
      link_.set_tx_budget(kWindow);
    }
    peer_.work();
    const std::string bytes = peer_.take_output();
    if (!bytes.empty() && !ended_) link_.push(bytes, chunk_);
  }
  bool peer_ready() override {
    pause();
    return peer_.is_open();
  }
  std::size_t peer_send(Bytes bytes) override {
    pause();
    if (!peer_.is_open() || link_.unread() > kWindow) return 0;
    const Bytes part = bytes.first(std::min<std::size_t>(bytes.size(), 4000));
    peer_.send(as_text(part));
    pause();
    return part.size();
  }
  std::size_t peer_receive(MutBytes out) override {
    pause();
    waiting_ += peer_.take_received();
    const std::size_t n = std::min(out.size(), waiting_.size());
    std::copy_n(waiting_.begin(), n, out.begin());
    waiting_.erase(0, n);
    return n;
  }
  bool peer_saw_end() override { return waiting_.empty() && (link_.fin() || link_.aborted()); }
  void peer_end() override {
    peer_.close_notify();
    pause();
    ended_ = true;
    link_.push_eof();
  }
  void peer_reset() override {
    ended_ = true;
    link_.push_reset();
  }

 private:
  static constexpr std::size_t kWindow = 40000;

  std::size_t chunk_;
  test::RepeatableEntropy entropy_;
  std::array<std::uint8_t, 128 * 1024> memory_;
  mbedtls::Arena arena_{MutBytes(memory_.data(), memory_.size())};
  mbedtls::Drbg drbg_{entropy_.source()};
  mbedtls::Config config_{mbedtls::Role::client, arena_, drbg_};
  test::MemoryLink link_;
  test::OpenSslPeer peer_;
  mbedtls::Tls tls_{link_, config_};
  std::string waiting_;
  std::uint32_t ms_ = 0;
  bool ended_ = false;
};

INSTANTIATE_TEST_SUITE_P(Tls, TransportConformance,
                         testing::Values(rig<TlsRig>("tls_1_2_copying", TLS1_2_VERSION, Holding::none, 0),
                                         rig<TlsRig>("tls_1_3_copying", TLS1_3_VERSION, Holding::none, 0),
                                         rig<TlsRig>("tls_1_2_sealing_chunks_of_1", TLS1_2_VERSION, Holding::sealed, 1),
                                         rig<TlsRig>("tls_1_3_referring_chunks_of_7", TLS1_3_VERSION,
                                                     Holding::reference, 7)),
                         rig_name);

}  // namespace
}  // namespace whit::conformance
