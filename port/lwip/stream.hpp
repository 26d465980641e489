// One TCP connection of lwIP's raw API, and what lwIP's callbacks record of it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lwip/tcp.h"
#include "whit/transport.hpp"

namespace whit::lwip {

enum class Sending : std::uint8_t {
  in_place,  ///< lwIP refers to the sender's ring until the peer has acknowledged: the ring is all the memory there is.
  copy,      ///< lwIP copies into its heap (MEM_SIZE, TCP_SND_BUF): the ring is free at once, and may be small.
};

/// How lwIP's thread tells the application's that there is news; see TcpOptions.
struct Wake {
  void (*call)(void* context) = nullptr;
  void* context = nullptr;
};

/// What Tcp and TcpListener share; not for applications. lwIP's callbacks do nothing but record into it, so lwIP's
/// rules about what a callback may not do (and ERR_ABRT) have nothing to bite on. The caller holds the Lock.
///
///       rx_                                  the ring of the core, Sending::in_place
///        |                                     | acked_ |  still to be acknowledged  | not given yet |
///        v                                     |<------------- given_ -------------->|
///     [pbuf]->[pbuf]->[pbuf]                   ^ the front of what is offered
///     the driver's own memory; the head's payload begins at the first unread byte
class Stream {
 public:
  explicit Stream(Wake wake = {}, Sending sending = Sending::in_place) : sending_(sending), wake_(wake) {}
  ~Stream() { drop(Error::none); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Takes over a pcb that is connected already.
  void attach(tcp_pcb* pcb);
  /// Takes over the connection of another Stream, with all that it has recorded, and leaves that one idle.
  void take(Stream& other);
  /// Forgets everything, with a reset unless both directions have ended. The link is idle then, or failed for this
  /// cause.
  void drop(Error error);

  [[nodiscard]] bool idle() const { return link_ == Link::idle; }
  /// Broken, with nothing left to be read.
  [[nodiscard]] bool dead() const { return link_ == Link::failed && rx_ == nullptr; }

 protected:
  static err_t on_connected(void* self, tcp_pcb* pcb, err_t error);
  static err_t on_received(void* self, tcp_pcb* pcb, pbuf* data, err_t error);
  static err_t on_sent(void* self, tcp_pcb* pcb, u16_t n);
  static void on_error(void* self, err_t error);

  void listen_to(tcp_pcb* pcb);
  err_t news();

  // What is asked for most often comes first: a near place in an object takes shorter instructions.
  Link link_ = Link::idle;     // behind what rx_ still holds
  Error error_ = Error::none;  // why it failed
  Error late_ = Error::none;   // connecting: what it is called if the time is up now; out_of_resources: not yet begun
  bool found_ = false;         // connecting: the address is known
  Sending sending_;
  Deadline due_ = Deadline::never();  // when poll() is wanted
  tcp_pcb* pcb_ = nullptr;            // while there is one that may call back
  pbuf* rx_ = nullptr;
  std::size_t given_ = 0;
  std::size_t acked_ = 0;
#if LWIP_IPV4 && LWIP_IPV6
  std::uint8_t left_ = 0;            // connecting: how many times a family may be tried after this
  Error first_error_ = Error::none;  // connecting: of the family that was tried before
#endif

 private:
  void leave_if_over();
  tcp_pcb* release();

  Wake wake_;
};

}  // namespace whit::lwip
