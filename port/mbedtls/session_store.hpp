// The last TLS session in the caller's memory, so that the next handshake is short, also after a deep sleep.
#pragma once

#include <mbedtls/ssl.h>

#include <cstdint>

#include "whit/bytes.hpp"

namespace whit::mbedtls {

/// Keeps what resumption needs: a session ID or ticket (RFC 5246 7.3, RFC 5077), a ticket of TLS 1.3 (RFC 8446 4.6.1).
/// The Tls it is given to fills it and uses it for the same host, port and trust only; another peer's session, or one
/// that was made while verification was off, is never resumed, nor is one that the clock says is older than its
/// lifetime, seven days at most (RFC 8446 4.6.1). Without a clock the server alone decides whether it is too old.
///
/// It holds a secret: whoever reads it can read and forge that session's traffic.
class SessionStore {
 public:
  /// `memory`: a ticket of TLS 1.3 takes about 300 bytes. With TLS 1.2 as much, and the server's own certificate as
  /// well where 1.3 is compiled in, so 600 bytes to 2 KiB. What does not fit is not kept, and needed() tells how much
  /// it would take.
  explicit SessionStore(MutBytes memory) : memory_(memory) {}

  /// What there is to be exported, to RTC memory or flash; empty if nothing. Valid until the next poll of the link.
  [[nodiscard]] Bytes data() const { return memory_.first(size_); }
  /// Takes what data() gave once. False if it does not fit, or is not such data; then the store is empty.
  bool import(Bytes data);
  /// Forgets the session and wipes it.
  void clear();
  /// How many bytes the last session took or would have taken; 0 if there was none.
  [[nodiscard]] std::size_t needed() const { return needed_; }

 private:
  friend class Tls;
  static constexpr std::size_t kTagSize = 16;
  static constexpr std::size_t kHeader = 4 + kTagSize + 8;

  // `tag` names the peer and the trust; `now` is the time of day in seconds, 0 if not known.
  void save(const mbedtls_ssl_context& ssl, const std::uint8_t* tag, std::uint64_t now);
  bool load(mbedtls_ssl_context& ssl, const std::uint8_t* tag, std::uint64_t now) const;

  //   | magic 4 | tag 16 | good until 8 | what mbedtls_ssl_session_save() wrote |
  MutBytes memory_;
  std::size_t size_ = 0;
  std::size_t needed_ = 0;
};

}  // namespace whit::mbedtls
