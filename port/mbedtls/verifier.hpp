// What whit decides about a peer's certificate, beside the chain that mbedTLS checks.
#pragma once

#include <mbedtls/x509_crt.h>

#include <cstdint>
#include <string_view>

#include "mbedtls/config.hpp"
#include "whit/error.hpp"

namespace whit::mbedtls {

/// Names that are IP addresses, dates by the application's clock, and pins; one for each handshake.
class Verifier {
 public:
  /// `host`: what the certificate must be for; empty for a client's, whose name is nobody's business here.
  void begin(const Config& config, const char* host);
  /// The host is an IP literal: no SNI for it (RFC 6066 3), and mbedTLS is not to look for it among the DNS names.
  [[nodiscard]] bool is_address() const { return address_size_ != 0; }
  /// A certificate was presented and looked at to the end.
  [[nodiscard]] bool finished() const { return finished_; }
  /// Why it was refused, if that was decided here; none otherwise.
  [[nodiscard]] Error error() const { return error_; }
  /// For mbedtls_ssl_set_verify, with this as its context: called for each certificate, from the anchor to the peer's
  /// own.
  static int check(void* self, mbedtls_x509_crt* certificate, int depth, std::uint32_t* flags);

 private:
  int look_at(const mbedtls_x509_crt& certificate, bool own, std::uint32_t& flags);
  [[nodiscard]] std::uint32_t date_flags(const mbedtls_x509_crt& certificate);
  [[nodiscard]] bool names_host(const mbedtls_x509_crt& certificate) const;
  [[nodiscard]] bool is_pinned(const mbedtls_x509_crt& certificate) const;

  const Config* config_ = nullptr;
  std::uint8_t address_[16] = {};
  std::uint8_t address_size_ = 0;
  bool named_ = false;
  bool pinned_ = false;
  bool finished_ = false;
  Error error_ = Error::none;
};

}  // namespace whit::mbedtls
