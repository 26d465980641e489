// HTTP CONNECT: through a proxy as a Transport over any Transport.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "whit/bytes.hpp"
#include "whit/detail/line_reader.hpp"
#include "whit/transport.hpp"

namespace whit::proxy {

/// Which proxy, and who we are to it. All is referred to and must outlive the transport.
struct ConnectOptions {
  std::string_view host;  ///< Of the proxy: a name, or an address without brackets.
  std::uint16_t port = 3128;
  std::string_view user;  ///< Basic credentials (RFC 7617): sent when user or password is not empty.
  std::string_view password;
  std::uint32_t max_head_size = 16 * 1024;  ///< Of the proxy's answer; it costs no memory.
};

/// Connects to a proxy, asks it for a tunnel (RFC 9110 9.3.6), and from then on passes everything through untouched, in
/// place. TLS goes over it: the proxy sees names and ports, no more.
///
/// The request lies in the caller's `scratch` until the proxy's transport has taken it: about 60 bytes, twice the
/// length of host and port, and four thirds of the credentials; 512 bytes are usual.
class Connect final : public Transport {
 public:
  Connect(Transport& below, const ConnectOptions& options, MutBytes scratch);
  Connect(const Connect&) = delete;
  Connect& operator=(const Connect&) = delete;

  /// The status of the proxy's answer, 0 before; 407 and others stay readable after the failure.
  [[nodiscard]] std::uint16_t status() const { return status_; }

  // Transport. connect() returns transport_failed, before a byte is sent, if host or credentials contain what must not
  // be in a request (error(): name_not_found, proxy_auth_required) or the request does not fit (out_of_resources). A
  // refusal shows as Link::failed with one of the proxy errors. secure() is false: TLS below reaches to the proxy only;
  // for wss:// Tls goes over this.
  Status connect(std::string_view host, std::uint16_t port) override;
  Link poll(Instant now) override;
  MutBytes rx() override { return phase_ == Phase::up ? below_.rx() : MutBytes(); }
  void rx_consume(std::size_t n) override;
  std::size_t tx(Bytes front) override { return phase_ == Phase::up ? below_.tx(front) : 0; }
  [[nodiscard]] std::size_t tx_held() const override { return phase_ == Phase::up ? below_.tx_held() : 0; }
  void close(How how) override;
  [[nodiscard]] Error error() const override { return error_ != Error::none ? error_ : below_.error(); }
  [[nodiscard]] Deadline next_deadline() const override;

 private:
  enum class Phase : std::uint8_t { idle, dialling, asking, reading, up, failed };

  Error write_request(std::string_view host, std::uint16_t port);
  void ask();
  void read();
  void take_line();
  void fail(Error error);

  Transport& below_;
  ConnectOptions options_;
  MutBytes scratch_;
  Bytes request_;  // what is not taken yet
  detail::LineReader line_;
  std::uint32_t head_size_ = 0;
  std::uint16_t status_ = 0;
  Phase phase_ = Phase::idle;
  Error error_ = Error::none;
};

}  // namespace whit::proxy
