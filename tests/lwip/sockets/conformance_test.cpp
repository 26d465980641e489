// posix::Tcp over lwIP's sockets against the suite of all transports.
#include <array>
#include <string>

#include "far_end.hpp"
#include "posix/clock.hpp"
#include "posix/tcp.hpp"
#include "transport_conformance.hpp"

namespace whit::conformance {
namespace {

template <std::size_t kBuffer, std::size_t kTransfer>
class SocketsRig {
 public:
  static constexpr std::size_t kLarge = kTransfer;

  static std::string name() { return "buffer_of_" + std::to_string(kBuffer); }

  Transport& link() { return tcp_; }
  Instant now() { return posix::now(); }
  Status connect() {
    if (tcp_.poll(now()) == Link::idle) {
      peer_.close();
      waiting_.clear();
      while (listener_.accept().valid()) {  // of an attempt that was given up
      }
    }
    return tcp_.connect("127.0.0.1", listener_.port());
  }
  void pause() { tcp_.wait(Deadline::at(now() + 1)); }
  bool peer_ready() {
    if (!peer_.valid()) peer_ = listener_.accept();
    return peer_.valid();
  }
  // Reads before it writes, so that never both ends have closed their windows: see lwipopts.h.
  std::size_t peer_send(Bytes bytes) {
    read_peer();
    return peer_.send(bytes);
  }
  std::size_t peer_receive(MutBytes out) {
    read_peer();
    const std::size_t n = waiting_.copy(reinterpret_cast<char*>(out.data()), out.size());
    waiting_.erase(0, n);
    return n;
  }
  bool peer_saw_end() { return waiting_.empty() && peer_.saw_end(); }
  void peer_end() { peer_.end(); }
  void peer_reset() { peer_.reset(); }

 private:
  void read_peer() {
    std::uint8_t part[2048];
    while (const std::size_t n = peer_.receive(part)) waiting_.append(as_text(Bytes(part, n)));
  }

  sockets_test::FarListener listener_;  // first, as it starts lwIP
  std::array<std::uint8_t, kBuffer> buffer_{};
  posix::Tcp tcp_{buffer_};
  sockets_test::FarSocket peer_;
  std::string waiting_;  // has arrived at the far end
};

using Rigs = testing::Types<SocketsRig<1, 5000>, SocketsRig<1000, 1u << 20>>;
INSTANTIATE_TYPED_TEST_SUITE_P(LwipSockets, TransportConformance, Rigs, RigNames);

}  // namespace
}  // namespace whit::conformance
