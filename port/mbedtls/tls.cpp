#include "mbedtls/tls.hpp"

#include <mbedtls/net_sockets.h>
#include <mbedtls/sha256.h>

#include <cstring>

#include "mbedtls/tls_error.hpp"
#include "whit/assert.hpp"

namespace whit::mbedtls {
namespace {

// A peer that sends empty records or ignored alerts for ever gets its turn like everybody else.
constexpr int kRecordsPerPoll = 16;
// mbedTLS reads on over ignored alerts by itself, so what comes while it reads has a limit, too.
constexpr int kRefillsPerPoll = 32;

}  // namespace

Tls::Tls(Transport& below, Config& config, SessionStore* store) : below_(below), config_(config), store_(store) {
  mbedtls_ssl_init(&ssl_);
}

Status Tls::connect(std::string_view host, std::uint16_t port) {
  if (phase_ != Phase::idle) return Status::invalid_state;
  if (!seeded()) return Status::transport_failed;
  host_ = host;
  port_ = port;
  return dial();
}

// Before the arithmetic of a handshake, see Drbg::ready().
bool Tls::seeded() {
  if (config_.drbg_.ready()) return true;
  error_ = Error::entropy_failed;
  return false;
}

Status Tls::dial() {
  const Arena::Scope scope(config_.arena_);
  // RFC 6066 3: no trailing dot in SNI; certificates have none either.
  const std::size_t size = !host_.empty() && host_.back() == '.' ? host_.size() - 1 : host_.size();
  char name[MBEDTLS_SSL_MAX_HOST_NAME_LEN + 1] = {};
  if (size == 0 || size >= sizeof name) {
    error_ = Error::name_not_found;
    return Status::transport_failed;
  }
  std::memcpy(name, host_.data(), size);
  error_ = config_.prepare_client() ? begin(name) : Error::tls_no_anchor;
  if (error_ != Error::none) {
    fail(error_);
    return Status::ok;
  }
  set_tag(name, port_);
  offered_session_ = store_ != nullptr && store_->load(ssl_, tag_, config_.time());
  const Status status = below_.connect(host_, port_);
  if (status == Status::ok) return status;
  const Error error = below_.error();
  close(How::abort);
  error_ = error;
  return status;
}

Status Tls::accept() {
  if (phase_ != Phase::idle) return Status::invalid_state;
  if (!seeded()) return Status::transport_failed;
  error_ = begin("");
  return error_ == Error::none ? Status::ok : Status::transport_failed;
}

Error Tls::begin(const char* host) {
  const Arena::Scope scope(config_.arena_);
  config_.arena_.reset_failure();
  detail_ = {};
  below_link_ = Link::connecting;
  busy_ = refused_ = starved_ = consumed_ = eof_ = ending_ = notified_ = ended_ = offered_session_ = false;
  verifier_.begin(config_, host);
  mbedtls_ssl_init(&ssl_);
  phase_ = Phase::connecting;
  config_.offer_pss(!without_pss_);
  int result = mbedtls_ssl_setup(&ssl_, &config_.ssl_);
  // RFC 6066 3: literal addresses are not permitted in SNI. Null tells mbedTLS that the name is checked elsewhere.
  if (result == 0) result = mbedtls_ssl_set_hostname(&ssl_, *host == 0 || verifier_.is_address() ? nullptr : host);
  if (result != 0) {
    fail(result);
    return error_;
  }
  mbedtls_ssl_set_verify(&ssl_, Verifier::check, &verifier_);
  mbedtls_ssl_set_bio(&ssl_, this, send, recv, nullptr);
  return Error::none;
}

void Tls::set_tag(const char* host, std::uint16_t port) {
  const unsigned char number[2] = {static_cast<unsigned char>(port >> 8), static_cast<unsigned char>(port)};
  std::uint8_t digest[32];
  mbedtls_sha256_context sha;
  mbedtls_sha256_init(&sha);
  mbedtls_sha256_starts(&sha, 0);
  mbedtls_sha256_update(&sha, config_.trust_, sizeof config_.trust_);
  mbedtls_sha256_update(&sha, number, sizeof number);
  mbedtls_sha256_update(&sha, reinterpret_cast<const unsigned char*>(host), std::strlen(host));
  mbedtls_sha256_finish(&sha, digest);
  mbedtls_sha256_free(&sha);
  std::memcpy(tag_, digest, sizeof tag_);
}

// The bytes of mbedTLS's records go straight between its buffers and the transport below.
int Tls::send(void* self, const unsigned char* data, std::size_t size) {
  const std::size_t taken = static_cast<Tls*>(self)->below_.tx({data, size});
  return taken != 0 ? static_cast<int>(taken) : MBEDTLS_ERR_SSL_WANT_WRITE;
}

int Tls::recv(void* self, unsigned char* data, std::size_t size) {
  auto& tls = *static_cast<Tls*>(self);
  MutBytes bytes = tls.below_.rx();
  if (bytes.empty() && tls.consumed_) {
    if (++tls.refills_ > kRefillsPerPoll) return MBEDTLS_ERR_SSL_WANT_READ;  // not starved: goes on at the next poll
    tls.consumed_ = false;
    tls.below_link_ = tls.below_.poll(tls.now_);
    bytes = tls.below_.rx();
  }
  if (bytes.empty()) {
    tls.starved_ = true;
    if (tls.below_link_ == Link::failed) return MBEDTLS_ERR_NET_CONN_RESET;
    return tls.below_link_ == Link::eof ? 0 : MBEDTLS_ERR_SSL_WANT_READ;
  }
  const std::size_t n = size < bytes.size() ? size : bytes.size();
  std::memcpy(data, bytes.data(), n);
  tls.below_.rx_consume(n);
  tls.consumed_ = true;
  return static_cast<int>(n);
}

Link Tls::poll(Instant now) {
  if (phase_ == Phase::idle) return Link::idle;
  if (phase_ == Phase::failed) return Link::failed;
  const Arena::Scope scope(config_.arena_);
  now_ = now;
  busy_ = consumed_ = false;
  refills_ = 0;
  below_link_ = below_.poll(now);
  if (phase_ == Phase::connecting && below_link_ != Link::connecting) phase_ = Phase::handshaking;
  if (phase_ == Phase::handshaking) shake_hands();
  if (phase_ == Phase::up) {
    // Whoever was turned away by tx() learns that there is room again: the transport below has no news of its own to
    // tell.
    if (flush() && refused_) {
      busy_ = true;
      refused_ = false;
    }
    if (!has_plaintext()) receive();
    end();
  }
  if (phase_ == Phase::failed) return Link::failed;
  if (phase_ != Phase::up) return Link::connecting;
  return eof_ && !has_plaintext() ? Link::eof : Link::up;
}

// One step of the handshake a poll, because a step may take long where there is no crypto hardware.
void Tls::shake_hands() {
  starved_ = false;
  const int result = mbedtls_ssl_handshake_step(&ssl_);
  if (result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE) {
    busy_ = result == MBEDTLS_ERR_SSL_WANT_READ && !starved_;
    // What cannot be sent any more will not be answered either.
    if (below_link_ == Link::eof && below_.rx().empty()) fail(MBEDTLS_ERR_SSL_CONN_EOF);
    if (below_link_ == Link::failed) fail(MBEDTLS_ERR_NET_CONN_RESET);
    return;
  }
  busy_ = true;
  if (result == MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS || result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) return;
  if (result == MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER && may_be_pss()) return redial();
  if (result != 0) return fail(result);
  if (mbedtls_ssl_is_handshake_over(&ssl_) != 0) opened();
}

bool Tls::is_tls_1_2() const { return mbedtls_ssl_get_version_number(&ssl_) == MBEDTLS_SSL_VERSION_TLS1_2; }

bool Tls::may_be_pss() const {
  return !without_pss_ && is_tls_1_2() && verifier_.finished() && config_.arena_.failed_request() == 0;
}

// A client that speaks 1.3 as well must offer RSASSA-PSS. A server that then chooses 1.2 may use it (RFC 8446 4.2.3),
// as nginx does with an RSA key when it prefers its own order, but mbedTLS 3.6 takes that for an illegal parameter. So
// once more without the offer; nothing of ours was sent yet.
void Tls::redial() {
  without_pss_ = true;
  mbedtls_ssl_free(&ssl_);
  below_.close(How::abort);
  if (dial() != Status::ok) fail(error_);
}

void Tls::opened() {
  // Belt and braces: no path through mbedTLS may lead here without the peer having been looked at.
  const bool server = mbedtls_ssl_conf_get_endpoint(&config_.ssl_) == MBEDTLS_SSL_IS_SERVER;
  if (!server && !verifier_.finished() && !offered_session_ && !config_.psk_) return fail(Error::tls_untrusted);
  phase_ = Phase::up;
  // A session of TLS 1.2 is complete now; tickets of 1.3 come later, if at all.
  if (store_ != nullptr && !server && is_tls_1_2()) store_->save(ssl_, tag_, config_.time());
}

void Tls::receive() {
  for (int i = 0; i < kRecordsPerPoll && !has_plaintext(); ++i) {
    if (eof_) return;
    starved_ = false;
    // Nothing is copied: a length of 0 decrypts the next record and leaves it where it is.
    const int result = mbedtls_ssl_read(&ssl_, nullptr, 0);
    if (result == MBEDTLS_ERR_SSL_WANT_READ && starved_) return;
    if (result == MBEDTLS_ERR_SSL_WANT_WRITE) return;
    if (result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
      eof_ = true;
    } else if (result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
      if (store_ != nullptr) store_->save(ssl_, tag_, config_.time());
    } else if (result == 0 && starved_) {
      // RFC 8446 6.1: an end without close_notify may be an attacker's.
      return fail(MBEDTLS_ERR_SSL_CONN_EOF);
    } else if (result < 0 && result != MBEDTLS_ERR_SSL_WANT_READ) {
      return fail(result);
    }
  }
  busy_ = true;
}

// Sends what is left of a sealed record; true when nothing is. mbedTLS has no function of its own for this: one that is
// asked to write while a record is pending sends that record and looks at nothing else.
bool Tls::flush() {
  if (phase_ != Phase::up) return false;
  if (ssl_.MBEDTLS_PRIVATE(out_left) == 0) return true;
  const int result = mbedtls_ssl_write(&ssl_, nullptr, 0);
  if (result >= 0) return true;
  if (result != MBEDTLS_ERR_SSL_WANT_WRITE && result != MBEDTLS_ERR_SSL_WANT_READ) fail(result);
  return false;
}

std::size_t Tls::tx(Bytes front) {
  const Arena::Scope scope(config_.arena_);
  refused_ = !front.empty();
  if (front.empty() || ending_ || !flush()) return 0;
  const int limit = mbedtls_ssl_get_max_out_record_payload(&ssl_);
  if (limit <= 0) return 0;
  std::size_t taken = 0;
  while (taken < front.size()) {
    const Bytes rest = front.drop(taken);
    const std::size_t n = rest.size() < static_cast<std::size_t>(limit) ? rest.size() : static_cast<std::size_t>(limit);
    const int result = mbedtls_ssl_write(&ssl_, rest.data(), n);
    if (result < 0 && result != MBEDTLS_ERR_SSL_WANT_WRITE) {
      fail(result);
      return taken;
    }
    taken += n;  // also after WANT_WRITE: the record is sealed in mbedTLS's own buffer, and flush() sends the rest
    if (result < 0) break;
  }
  refused_ = taken != front.size();
  return taken;
}

bool Tls::has_plaintext() const { return mbedtls_ssl_get_bytes_avail(&ssl_) != 0; }

MutBytes Tls::rx() {
  if (phase_ != Phase::up || !has_plaintext()) return {};
  return {ssl_.MBEDTLS_PRIVATE(in_offt), mbedtls_ssl_get_bytes_avail(&ssl_)};
}

// mbedtls_ssl_read() would copy the bytes out; they are read where they are, so its destination is its source.
void Tls::rx_consume(std::size_t n) {
  WHIT_ASSERT(n <= rx().size());
  if (n == 0) return;
  const Arena::Scope scope(config_.arena_);
  mbedtls_ssl_read(&ssl_, ssl_.MBEDTLS_PRIVATE(in_offt), n);
}

// Our close_notify goes behind all that tx() took, and the end of the transport below behind that.
void Tls::end() {
  if (!ending_ || ended_ || phase_ != Phase::up || !flush()) return;
  if (!notified_) {
    notified_ = true;
    const int result = mbedtls_ssl_close_notify(&ssl_);
    if (result == MBEDTLS_ERR_SSL_WANT_WRITE) return;
    if (result != 0) return fail(result);
  }
  ended_ = true;
  below_.close(How::graceful);
}

void Tls::close(How how) {
  if (phase_ == Phase::idle) return;
  const Arena::Scope scope(config_.arena_);
  if (how == How::graceful && phase_ == Phase::up) {
    ending_ = true;
    return end();
  }
  // The alert that mbedTLS may have sent must not be overtaken by a reset.
  if (phase_ == Phase::failed) below_.close(How::graceful);
  mbedtls_ssl_free(&ssl_);
  below_.close(How::abort);
  phase_ = Phase::idle;
}

void Tls::fail(Error error) {
  error_ = error;
  phase_ = Phase::failed;
}

void Tls::fail(int code) {
  detail_ = explain(ssl_, code, config_.arena_);
  Error error = verifier_.error();
  if (code == MBEDTLS_ERR_NET_CONN_RESET && below_.error() != Error::none) error = below_.error();
  if (error == Error::none && config_.drbg_.failed()) error = Error::entropy_failed;
  if (error == Error::none || detail_.arena_request != 0) error = classify(ssl_, detail_);
  // What the server may not have liked is not tried for ever.
  if (phase_ != Phase::up) {
    without_pss_ = false;
    if (offered_session_) store_->clear();
  }
  fail(error);
}

Deadline Tls::next_deadline() const {
  if (phase_ == Phase::idle || phase_ == Phase::failed) return Deadline::never();
  return busy_ ? Deadline::immediately() : below_.next_deadline();
}

Info Tls::info() const {
  if (phase_ != Phase::up) return {};
  const bool resumed = offered_session_ && !verifier_.finished();
  return {mbedtls_ssl_get_version(&ssl_), mbedtls_ssl_get_ciphersuite(&ssl_), resumed};
}

}  // namespace whit::mbedtls
