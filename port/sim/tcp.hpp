// One end of a connection in a sim::Network.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "sim/network.hpp"
#include "whit/transport.hpp"

namespace whit::sim {

class Tcp final : public Transport {
 public:
  /// `secure`: what secure() says, for wss:// URLs without real TLS.
  explicit Tcp(Network& network, bool secure = false);
  ~Tcp();
  Tcp(const Tcp&) = delete;
  Tcp& operator=(const Tcp&) = delete;

  /// Server side, within Network::Accept: becomes the far end of the connection that is being dialled, and is up.
  void adopt(Tcp& dialling);

  // Transport
  Status connect(std::string_view host, std::uint16_t port) override;
  Link poll(Instant now) override;
  MutBytes rx() override { return MutBytes(received_).drop(consumed_); }
  void rx_consume(std::size_t n) override { consumed_ += n; }
  std::size_t tx(Bytes front) override;
  void close(How how) override;
  [[nodiscard]] Error error() const override { return error_; }
  [[nodiscard]] Deadline next_deadline() const override;
  [[nodiscard]] bool secure() const override { return secure_; }

 private:
  friend class Network;
  enum class Phase : std::uint8_t { idle, dialling, up, failed };
  enum class Kind : std::uint8_t { data, end, reset };
  struct Segment {
    Instant at;
    Kind kind;
    std::vector<std::uint8_t> bytes;
  };

  void dial(Instant now);
  void fail(Error error);
  void receive(Instant now);
  bool send(Kind kind, Bytes bytes);
  [[nodiscard]] bool forgotten();
  [[nodiscard]] std::size_t unread() const { return received_.size() - consumed_ + waiting_; }

  Network& network_;
  Tcp* peer_ = nullptr;
  std::deque<Segment> arriving_;
  std::size_t waiting_ = 0;  // bytes in it
  std::vector<std::uint8_t> received_;
  std::size_t consumed_ = 0;
  std::size_t vanished_ = 0;  // bytes that nobody will acknowledge
  std::string host_;
  std::uint16_t port_ = 0;
  Instant dialled_{}, answer_at_{};
  Instant last_arrival_{};  // of what was sent last: the order is kept
  Instant last_packet_{};
  Phase phase_ = Phase::idle;
  Error error_ = Error::none;
  bool secure_;
  bool accepted_ = false;  // at a server
  bool answered_ = false;  // by a server
  bool eof_ = false;
  bool reset_ = false;
  bool ended_ = false;
  bool lost_on_the_way_ = false;
};

}  // namespace whit::sim
