// TLS 1.2 and 1.3 as a Transport over any Transport.
#pragma once

#include <mbedtls/ssl.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mbedtls/config.hpp"
#include "mbedtls/session_store.hpp"
#include "mbedtls/verifier.hpp"
#include "whit/bytes.hpp"
#include "whit/time.hpp"
#include "whit/transport.hpp"

namespace whit::mbedtls {

/// What lies behind an Error of category tls; for logs.
struct Detail {
  int code = 0;                    ///< The return code of mbedTLS (negative), 0 if there was none.
  std::uint32_t verify_flags = 0;  ///< MBEDTLS_X509_BADCERT_... of the peer's chain.
  std::uint8_t alert = 0;          ///< tls_alert: its number (RFC 8446 6).
  std::uint16_t record_size = 0;   ///< tls_record_too_large: what the peer sent ...
  std::uint16_t record_limit = 0;  ///< ... and what MBEDTLS_SSL_IN_CONTENT_LEN and its overhead allow.
  std::size_t arena_request = 0;   ///< tls_out_of_arena: the size of the block that did not fit.
};

/// What was agreed upon; valid while the link is up.
struct Info {
  std::string_view version;  ///< "TLSv1.2", "TLSv1.3"
  std::string_view cipher;   ///< "TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256"
  bool resumed = false;      ///< The handshake was abbreviated: no certificate was sent.
};

/// Encrypts what goes to the transport below and decrypts what comes from it, in the record buffers of mbedTLS: payload
/// is handed out where it was decrypted.
///
/// A record that was begun is owned by this object until the transport below has taken all of it; what tx() takes is
/// sealed at once and may be forgotten. So the rule of mbedtls_ssl_write(), to repeat a call with the same arguments,
/// is met without holding anything of the caller's.
///
/// The buffers live in the arena from connect() or accept() to close(How::abort); between links it holds what the
/// Config holds. All calls come from one thread, which is that of all links of the same arena.
class Tls final : public Transport {
 public:
  /// All must outlive it. `below` may be any transport, `store` may be null: then nothing is resumed.
  Tls(Transport& below, Config& config, SessionStore* store = nullptr);
  ~Tls() { close(How::abort); }
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  /// Server role: starts the handshake over a transport that is connected already. ok; invalid_state unless idle;
  /// transport_failed when the arena is too small (error() says so).
  Status accept();

  [[nodiscard]] Info info() const;
  [[nodiscard]] const Detail& detail() const { return detail_; }

  // Transport. A failed handshake shows as Link::failed; error() is of category tls, or what the transport below says.
  Status connect(std::string_view host, std::uint16_t port) override;
  Link poll(Instant now) override;
  MutBytes rx() override;
  void rx_consume(std::size_t n) override;
  std::size_t tx(Bytes front) override;
  void close(How how) override;
  [[nodiscard]] Error error() const override { return error_; }
  [[nodiscard]] Deadline next_deadline() const override;
  [[nodiscard]] bool secure() const override { return true; }

 private:
  enum class Phase : std::uint8_t { idle, connecting, handshaking, up, failed };

  bool seeded();
  Status dial();
  void redial();
  Error begin(const char* host);
  void set_tag(const char* host, std::uint16_t port);
  void shake_hands();
  void opened();
  void receive();
  bool flush();
  void end();
  void fail(int code);
  void fail(Error error);
  [[nodiscard]] bool has_plaintext() const;
  [[nodiscard]] bool is_tls_1_2() const;
  [[nodiscard]] bool may_be_pss() const;

  static int send(void* self, const unsigned char* data, std::size_t size);
  static int recv(void* self, unsigned char* data, std::size_t size);

  Transport& below_;
  Config& config_;
  SessionStore* store_;
  mbedtls_ssl_context ssl_;
  Verifier verifier_;
  Detail detail_;
  std::string_view host_;  // until the link is up
  std::uint16_t port_ = 0;
  Instant now_{};
  Phase phase_ = Phase::idle;
  Link below_link_ = Link::idle;
  Error error_ = Error::none;
  bool busy_ = false;         // mbedTLS can go on without waiting for the peer
  bool refused_ = false;      // tx() took less than it was offered
  bool starved_ = false;      // recv() had nothing to give
  bool consumed_ = false;     // since the last poll of the transport below
  std::uint8_t refills_ = 0;  // how often the transport below was polled for more since the last poll()
  bool eof_ = false;          // the peer's close_notify came
  bool ending_ = false;       // our direction is to be closed
  bool notified_ = false;     // our close_notify is sealed
  bool ended_ = false;        // and the transport below knows
  bool offered_session_ = false;
  bool without_pss_ = false;  // the server, so far, is one of those that redial() is for
  std::uint8_t tag_[SessionStore::kTagSize] = {};
};

}  // namespace whit::mbedtls
