// A Rig of posix::Tcp and a socket at the other end of loopback.
#pragma once

#include <string>
#include <vector>

#include "posix/clock.hpp"
#include "posix/tcp.hpp"
#include "transport_conformance.hpp"

namespace whit::conformance {

template <typename Listener, typename Socket>
class SocketRig final : public Rig {
 public:
  SocketRig(std::size_t buffer, std::size_t transfer) : large_(transfer), buffer_(buffer) {}

  [[nodiscard]] std::size_t large() const override { return large_; }
  Transport& link() override { return tcp_; }
  Instant now() override { return posix::now(); }
  Status connect() override {
    if (tcp_.poll(now()) == Link::idle) {
      peer_.close();
      waiting_.clear();
      while (listener_.accept().valid()) {  // of an attempt that was given up
      }
    }
    return tcp_.connect("127.0.0.1", listener_.port());
  }
  void pause() override { tcp_.wait(Deadline::at(now() + 1)); }
  bool peer_ready() override {
    if (!peer_.valid()) peer_ = listener_.accept();
    return peer_.valid();
  }
  // Reads before it writes, so that never both ends have closed their windows: lwIP does not get over that.
  std::size_t peer_send(Bytes bytes) override {
    read_peer();
    return peer_.send(bytes);
  }
  std::size_t peer_receive(MutBytes out) override {
    read_peer();
    const std::size_t n = waiting_.copy(reinterpret_cast<char*>(out.data()), out.size());
    waiting_.erase(0, n);
    return n;
  }
  bool peer_saw_end() override { return waiting_.empty() && peer_.saw_end(); }
  void peer_end() override { peer_.end(); }
  void peer_reset() override { peer_.reset(); }

 private:
  void read_peer() {
    std::uint8_t part[2048];
    while (const std::size_t n = peer_.receive(part)) waiting_.append(as_text(Bytes(part, n)));
  }

  std::size_t large_;
  Listener listener_;  // before the transport, as it starts lwIP where that is the system
  std::vector<std::uint8_t> buffer_;
  posix::Tcp tcp_{buffer_};
  Socket peer_;
  std::string waiting_;  // has arrived at the far end
};

}  // namespace whit::conformance
