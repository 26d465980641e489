// TCP over lwIP's raw API.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lwip/lookup.hpp"
#include "lwip/stream.hpp"
#include "whit/transport.hpp"

namespace whit::lwip {

struct TcpOptions {
  /// in_place needs no memory in lwIP, but a ring's bytes are free only when the peer has acknowledged them: the ring
  /// is the send window (its size per round trip). copy is for small rings, and wants TCP_SND_BUF bytes of MEM_SIZE.
  Sending sending = Sending::in_place;
  std::uint32_t attempt_timeout_ms = 10000;  ///< For one name lookup, and for one address; 0: as long as lwIP tries.
  /// Called from within lwIP whenever poll() would find news, so under an RTOS from lwIP's thread: it gives a semaphore
  /// or notifies a task, and returns at once. Not needed with NO_SYS=1, where whoever feeds lwIP knows.
  Wake wake;
  /// Ask for IPv6 first. lwIP's DNS gives one address of a family, so these are the two that are tried in turn.
  bool prefer_ipv6 = true;
};

/// A TCP connection for lwIP 2.x, IPv4 and IPv6. Received bytes are looked at in the pbuf where the driver put them,
/// and the window reopens only as they are consumed, so the receive buffer is lwIP's own (PBUF_POOL, TCP_WND).
///
/// With NO_SYS=1 all calls come from the main loop, which also drives the network interface and sys_check_timeouts().
/// Under an RTOS all calls come from one thread, which needs not be lwIP's: LOCK_TCPIP_CORE is held within each call,
/// and the view of rx() stays valid without it.
///
/// With Sending::in_place the core's ring must live until close(How::abort), also after a graceful close.
class Tcp final : public Transport {
 public:
  explicit Tcp(const TcpOptions& options = {}) : options_(options), stream_(options.wake) {}
  ~Tcp() { close(How::abort); }
  Tcp(const Tcp&) = delete;
  Tcp& operator=(const Tcp&) = delete;

  /// Takes over a connection of TcpListener::accept(). What was there before is aborted.
  void adopt(Stream& accepted);

  // Transport
  Status connect(std::string_view host, std::uint16_t port) override;
  Link poll(Instant now) override;
  MutBytes rx() override;
  void rx_consume(std::size_t n) override;
  std::size_t tx(Bytes front) override;
  [[nodiscard]] std::size_t tx_held() const override;
  /// Graceful before the link is up is the same as abort. An abort after both directions have ended leaves the rest of
  /// TCP (TIME_WAIT) to lwIP; any other abort resets the connection.
  void close(How how) override;
  [[nodiscard]] Error error() const override { return error_; }
  [[nodiscard]] Deadline next_deadline() const override;

 private:
  enum class Phase : std::uint8_t { idle, resolving, dialling, up, failed };

  void advance(Instant now);
  void look_up(Instant now);
  void dial(Instant now);
  void limit(Instant now);
  void attempt_failed(Error error, Instant now);
  void out_of_memory(Instant now);
  void fail(Error error);
  [[nodiscard]] bool timed_out(Instant now) const { return limited_ && reached(now, give_up_at_); }
  [[nodiscard]] Link state();

  TcpOptions options_;
  Stream stream_;
  Lookup lookup_;
  std::string_view host_;
  std::uint16_t port_ = 0;
  Phase phase_ = Phase::idle;
  std::uint8_t attempt_ = 0;   // which family of the name
  bool limited_ = false;       // give_up_at_ is meant
  bool retry_ = false;         // retry_at_ is meant
  bool told_eof_ = false;      // poll() has reported the end
  Instant give_up_at_{};       // of this lookup or this address
  Instant retry_at_{};         // lwIP was out of memory
  Error error_ = Error::none;  // while connecting: the best explanation so far
};

}  // namespace whit::lwip
