// What the two sides of the opening handshake look like to the engine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "whit/bytes.hpp"
#include "whit/error.hpp"
#include "whit/limits.hpp"

namespace whit::detail {

enum class Progress : std::uint8_t { more, done, failed };

/// XORs `size` bytes from `from` to `to` (which may be the same) with the key, and returns the key rotated so that its
/// first byte in memory is the one for the byte that follows (RFC 6455 5.3).
using MaskFunction = std::uint32_t (*)(std::uint8_t* to, const std::uint8_t* from, std::size_t size, std::uint32_t key);

/// What an opening handshake has come to.
class HandshakeState {
 public:
  [[nodiscard]] bool written() const { return written_; }
  /// Why it failed. May already be set while it says more, if only details are still being collected: then it holds as
  /// soon as the stream ends or the time is up.
  [[nodiscard]] Error error() const { return error_; }
  /// The HTTP status that was received (client) or sent (server); 0 before.
  [[nodiscard]] std::uint16_t status() const { return status_; }
  /// The subprotocol agreed upon: a view into the options. Empty if none.
  [[nodiscard]] std::string_view protocol() const { return protocol_; }
  /// Null for a client; a server's function to unmask with. A pointer, so that a client's image carries none.
  [[nodiscard]] MaskFunction unmask() const { return unmask_; }

 protected:
  std::string_view protocol_;
  MaskFunction unmask_ = nullptr;
  std::uint16_t status_ = 0;
  Error error_ = Error::none;
  bool written_ = false;
};

/// One side of the opening handshake: bytes in, bytes out. The client writes, then reads; the server reads, then
/// writes.
class Handshake : public HandshakeState {
 public:
  /// The next bytes of our HTTP message, as many as fit; 0 when there is nothing to write (yet). Sets written_ at the
  /// end.
  std::size_t write(MutBytes out) { return write_to(out.data(), out.size()); }

  /// Takes bytes of the peer's HTTP message and never one behind its end: `used` tells how many. `line` is scratch
  /// memory that stays the same until done or failed. On done the link is open as soon as written(); on failed, error()
  /// tells why once what there is to write is written.
  Progress read(Bytes in, MutBytes line, std::size_t& used) {
    const std::uint8_t* at = in.begin();
    const Progress progress = read_from(at, in.end(), line);
    used = static_cast<std::size_t>(at - in.begin());
    return progress;
  }

  /// The same with pointers: a Cortex-M takes a Span by way of the stack. read_from() moves `at` behind what it takes.
  virtual std::size_t write_to(std::uint8_t* out, std::size_t room) = 0;
  virtual Progress read_from(const std::uint8_t*& at, const std::uint8_t* end, const MutBytes& line) = 0;

 protected:
  ~Handshake() = default;
};

class ClientHandshake;
/// Without the server role the engine knows only one handshake, and calls it directly.
using AnyHandshake = std::conditional_t<kServerRole, Handshake, ClientHandshake>;

}  // namespace whit::detail
