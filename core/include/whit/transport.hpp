// The seam between the core and everything that carries bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "whit/bytes.hpp"
#include "whit/error.hpp"
#include "whit/status.hpp"
#include "whit/time.hpp"

namespace whit {

enum class Link : std::uint8_t {
  idle,        ///< Never connected, or closed: connect() is legal.
  connecting,  ///< Resolving, dialling or in a TLS handshake.
  up,          ///< Bytes flow both ways.
  eof,         ///< The peer has ended its direction and all its bytes were consumed; sending may still work.
  failed,      ///< Dead; error() tells why. Only close() leads out.
};

enum class How : std::uint8_t {
  graceful,  ///< End our direction (FIN, close_notify) behind everything tx() took. Receiving goes on until eof.
  abort,     ///< Release everything now; the transport is idle afterwards.
};

/// A reliable, ordered byte pipe: TCP, TLS over TCP, a serial line, a test link. It never blocks and never calls
/// back; interrupts and callbacks of the platform only record, and poll() decides. All calls come from one thread.
class Transport {
 public:
  /// Starts connecting to a DNS name, an IPv4 address, or an IPv6 address without brackets. The name is a view that the
  /// transport may keep until it is up or closed. Progress shows in poll().
  /// Returns ok; invalid_state unless idle; transport_failed when it cannot even start (error() tells why): it is idle
  /// still, or close(How::abort) makes it so.
  virtual Status connect(std::string_view host, std::uint16_t port) = 0;

  /// Moves everything forward that can move without waiting and tells the state of the link. Bytes that were received
  /// before a failure or an end are handed out first: `eof` and `failed` are reported once rx() is empty.
  virtual Link poll(Instant now) = 0;

  /// The oldest contiguous received bytes that were not consumed yet, in place; empty when there are none. The same
  /// bytes until rx_consume(); the view is valid until rx_consume(), poll() or close(). The holder may write to them (a
  /// server unmasks in place).
  virtual MutBytes rx() = 0;

  /// Forgets the first n bytes of rx(), n <= rx().size(). Only here does the receive window reopen, so whoever does not
  /// consume pushes back on the peer.
  virtual void rx_consume(std::size_t n) = 0;

  /// Offers the bytes to be sent next, of which the transport takes from the front: it returns how many the caller may
  /// forget, 0 meaning "not now". Bytes are taken once and in order. It is 0 before the link is up, after a graceful
  /// close() and after a failure.
  /// Stable front: the next offer starts with the bytes not yet taken. Of these, the first tx_held() must come again
  /// unchanged and at the same address; what lies behind may change between two offers.
  virtual std::size_t tx(Bytes front) = 0;

  /// How many of the untaken bytes at the front the transport has already sealed into a record or refers to without a
  /// copy. A transport that copies what it takes holds nothing. The core uses it to let a pong or a Close overtake
  /// queued messages: they go in behind the held bytes, at the first frame boundary.
  [[nodiscard]] virtual std::size_t tx_held() const { return 0; }

  /// Ends the link as `how` says. Legal in every state, any number of times. Before the link is up, and after it has
  /// failed, graceful is abort.
  virtual void close(How how) = 0;

  /// Why the link failed: a code of category transport or tls. Error::none while it has not.
  [[nodiscard]] virtual Error error() const = 0;

  /// When poll() must be called even if nothing arrives: the transport's own timers. News that wakes the loop only once
  /// has to show here, or in rx(), until poll() has seen it.
  [[nodiscard]] virtual Deadline next_deadline() const { return Deadline::never(); }

  /// True if bytes travel encrypted and the peer is authenticated: what wss:// asks for.
  [[nodiscard]] virtual bool secure() const { return false; }

 protected:
  ~Transport() = default;  // never virtual: a public virtual destructor links operator delete, and with it free()
};

}  // namespace whit
