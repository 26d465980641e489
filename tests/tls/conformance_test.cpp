// The TLS transport against the suite that every transport must pass, with OpenSSL at the far end.
#include "mbedtls/tls.hpp"
#include "tls/tls_fixture.hpp"
#include "transport_conformance.hpp"

namespace whit::conformance {
namespace {

using test::Holding;

// Bytes travel between the in-memory link and OpenSSL at each pause; each side may have kWindow bytes waiting.
template <int kVersion, Holding kHolding, std::size_t kChunk>
class TlsRig {
 public:
  static constexpr std::size_t kLarge = kChunk == 1 ? 30000 : 300000;

  static std::string name() {
    constexpr const char* kHoldings[] = {"copying", "sealing", "referring"};
    return std::string(kVersion == TLS1_3_VERSION ? "tls_1_3_" : "tls_1_2_") + kHoldings[static_cast<int>(kHolding)] +
           (kChunk == 0 ? "" : "_chunks_of_" + std::to_string(kChunk));
  }

  TlsRig() {
    link_.holding = kHolding;
    link_.connect_polls = 2;
    peer_.versions(kVersion, kVersion);
    peer_.identity("server");
    EXPECT_EQ(config_.trust_pem(test::certificate("root.pem")), Error::none);
    config_.ignore_dates();
  }

  Transport& link() { return tls_; }
  Instant now() { return {++ms_}; }
  Status connect() {
    if (tls_.poll(now()) == Link::idle) {
      peer_.restart();
      (void)link_.take_sent();
      link_.set_tx_budget(kWindow);
      ended_ = false;
    }
    return tls_.connect("localhost", 443);
  }
  void pause() {
    // A reader that does not read closes the window.
    if (peer_.received().size() < kWindow) {
      const auto sent = link_.take_sent();
      peer_.feed(as_text(Bytes(sent.data(), sent.size())));
      link_.set_tx_budget(kWindow);
    }
    peer_.work();
    const std::string bytes = peer_.take_output();
    if (!bytes.empty() && !ended_) link_.push(bytes, kChunk);
  }
  bool peer_ready() {
    pause();
    return peer_.is_open();
  }
  std::size_t peer_send(Bytes bytes) {
    pause();
    if (!peer_.is_open() || link_.unread() > kWindow) return 0;
    const Bytes part = bytes.first(std::min<std::size_t>(bytes.size(), 4000));
    peer_.send(as_text(part));
    pause();
    return part.size();
  }
  std::size_t peer_receive(MutBytes out) {
    pause();
    waiting_ += peer_.take_received();
    const std::size_t n = std::min(out.size(), waiting_.size());
    std::copy_n(waiting_.begin(), n, out.begin());
    waiting_.erase(0, n);
    return n;
  }
  bool peer_saw_end() { return waiting_.empty() && (link_.fin() || link_.aborted()); }
  void peer_end() {
    peer_.close_notify();
    pause();
    ended_ = true;
    link_.push_eof();
  }
  void peer_reset() {
    ended_ = true;
    link_.push_reset();
  }

 private:
  static constexpr std::size_t kWindow = 40000;

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

using Rigs = testing::Types<TlsRig<TLS1_2_VERSION, Holding::none, 0>, TlsRig<TLS1_3_VERSION, Holding::none, 0>,
                            TlsRig<TLS1_2_VERSION, Holding::sealed, 1>, TlsRig<TLS1_3_VERSION, Holding::reference, 7>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Tls, TransportConformance, Rigs, RigNames);

}  // namespace
}  // namespace whit::conformance
