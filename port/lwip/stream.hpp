// One TCP connection of lwIP's raw API: what its callbacks record, and what has been received and sent.
#pragma once

#include <cstddef>

#include "lwip/tcp.h"
#include "whit/bytes.hpp"
#include "whit/error.hpp"

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
  explicit Stream(Wake wake = {}) : wake_(wake) {}
  ~Stream() { abort(); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Starts connecting. Not ERR_OK: nothing has begun.
  err_t connect(const ip_addr_t& address, std::uint16_t port);
  /// Takes over a pcb that is connected already.
  void attach(tcp_pcb* pcb);
  /// Takes over the connection of another Stream, with all that it has recorded, and leaves that one idle.
  void take(Stream& other);

  [[nodiscard]] tcp_pcb* pcb() const { return pcb_; }
  [[nodiscard]] bool open() const { return open_; }
  [[nodiscard]] bool eof() const { return eof_; }
  /// Why lwIP ended the connection; ERR_OK while it has not.
  [[nodiscard]] err_t error() const { return error_; }

  [[nodiscard]] MutBytes rx() const;
  void consume(std::size_t n);

  [[nodiscard]] std::size_t tx(Bytes front, Sending sending);
  [[nodiscard]] std::size_t held() const { return given_; }
  /// The next tx() would return something.
  [[nodiscard]] bool has_acked() const { return acked_ > 0; }
  /// lwIP was out of memory at the last tx(): nothing but time will wake us.
  [[nodiscard]] bool starved() const { return starved_; }

  void end();    ///< FIN behind everything that was given.
  void abort();  ///< Forgets everything; a reset, unless both directions have ended.

 private:
  static err_t on_connected(void* self, tcp_pcb* pcb, err_t error);
  static err_t on_received(void* self, tcp_pcb* pcb, pbuf* data, err_t error);
  static err_t on_sent(void* self, tcp_pcb* pcb, u16_t n);
  static void on_error(void* self, err_t error);

  void listen_to(tcp_pcb* pcb);
  void release();
  void leave_if_over();
  std::size_t give(Bytes bytes, u8_t flags);

  void news() const {
    if (wake_.call != nullptr) wake_.call(wake_.context);
  }

  Wake wake_;
  tcp_pcb* pcb_ = nullptr;
  pbuf* rx_ = nullptr;
  std::size_t given_ = 0;
  std::size_t acked_ = 0;
  err_t error_ = ERR_OK;
  bool open_ = false;
  bool eof_ = false;
  bool ended_ = false;
  bool starved_ = false;
};

}  // namespace whit::lwip
