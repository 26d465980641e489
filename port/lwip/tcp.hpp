// TCP over lwIP's raw API.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lwip/ip_addr.h"
#include "lwip/stream.hpp"
#include "whit/transport.hpp"

namespace whit::lwip {

struct TcpOptions {
  /// in_place needs no memory in lwIP, but a ring's bytes are free only when the peer has acknowledged them: the ring
  /// is the send window (its size per round trip). copy is for small rings, and wants TCP_SND_BUF bytes of MEM_SIZE.
  Sending sending = Sending::in_place;
  /// For one name lookup, and for one address; 0: as long as lwIP tries. The first family of a name has 2 s at most
  /// while the other one waits, and comes again after it if it had said nothing.
  std::uint32_t attempt_timeout_ms = 10000;
  /// Called from within lwIP whenever poll() would find news, so under an RTOS from lwIP's thread: it gives a semaphore
  /// or notifies a task, and returns at once. Not needed with NO_SYS=1, where whoever feeds lwIP knows.
  Wake wake;
  /// Ask for IPv6 first, if an interface has an address of more than its link. lwIP's DNS gives one address of a
  /// family, so these are the two that are tried in turn.
  bool prefer_ipv6 = true;
};

/// A TCP connection for lwIP 2.x, IPv4 and IPv6. Received bytes are looked at in the pbuf where the driver put them,
/// and the window reopens only as they are consumed, so the receive buffer is lwIP's own (PBUF_POOL, TCP_WND).
///
/// With NO_SYS=1 all calls come from the main loop, which also drives the network interface and sys_check_timeouts().
/// Under an RTOS all calls come from one thread, which must not be lwIP's own: that holds LOCK_TCPIP_CORE while it
/// works, each call here takes it, and it is not recursive. So no call comes from a callback of lwIP or a Wake either.
/// The view of rx() stays valid without the lock.
///
/// poll() is given lwip::now(): what comes by a callback is timed by that clock.
///
/// With Sending::in_place the core's ring must live until close(How::abort), also after a graceful close; and until
/// nothing refers to it behind lwIP's back, a driver's queue for example. It must be where the driver can send from:
/// see "Drivers with DMA" in port/lwip/README.md.
class Tcp final : public Transport, private Stream {
 public:
  explicit Tcp(const TcpOptions& options = {})
      : Stream(options.wake, options.sending),
        attempt_timeout_ms_(options.attempt_timeout_ms == 0 ? kForeverMs : options.attempt_timeout_ms) {
#if LWIP_IPV4 && LWIP_IPV6
    prefer_ipv6_ = options.prefer_ipv6;
#endif
  }
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
  // As good as for ever, and near enough to be compared with the time.
  static constexpr std::uint32_t kForeverMs = 0x40000000;

  // How soon to try again what failed for lack of memory. lwIP's own timers go by 250 ms; pbufs usually come back
  // sooner.
  static constexpr std::uint32_t kRetryMs = 20;

  // What the first family has. An attempt that gets there takes less, unless a packet is lost.
  static constexpr std::uint32_t kFirstFamilyMs = 2000;

  static void on_answer(const char* name, const ip_addr_t* address, void* place);

  void begin(bool found);
  err_t advance(Instant now);
  err_t start();
  /// ERR_OK: address_ is known. ERR_INPROGRESS: answer() will be called. ERR_MEM: again later. ERR_ARG: no name can be
  /// like this. ERR_VAL: no server is known (yet).
  err_t ask();
  void answer(const ip_addr_t* address);
  void leave(Error error);
  void flush(int result);

  std::uint16_t port_ = 0;
  std::uint32_t attempt_timeout_ms_;
  std::string_view host_;
  Instant asked_at_{};
  Instant give_up_at_{};  // this lookup or this address
  ip_addr_t address_{};
#if LWIP_IPV4 && LWIP_IPV6
  /// The first family of a name, which has less time than it might need.
  [[nodiscard]] bool cut_short() const {
    return left_ > 0 && first_error_ == Error::none && attempt_timeout_ms_ > kFirstFamilyMs;
  }
  void only_address();
  void attempt_failed();

  bool prefer_ipv6_ = true;
  bool wants_ipv6_ = false;  // which family is asked for
#endif
};

}  // namespace whit::lwip
