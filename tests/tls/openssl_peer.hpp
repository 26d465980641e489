// The far end of a TLS link: OpenSSL in this process, over memory, so that every byte and every step can be scripted.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "support/memory_link.hpp"

namespace whit::test {

/// A file that make_certificates.sh made: certificate("server.pem").
std::string certificate(std::string_view name);
/// Its path, for OpenSSL.
std::string certificate_path(std::string_view name);

class OpenSslPeer {
 public:
  enum class Role : unsigned char { server, client };
  explicit OpenSslPeer(Role role = Role::server);

  /// For what is not wrapped here; before the first byte.
  SSL_CTX* context() { return context_.get(); }
  SSL* ssl() { return ssl_.get(); }

  /// Certificate (chain) and key by the names of make_certificates.sh: "server", or "chained_full" with "chained".
  /// Anew, so that OpenSSL has no choice between two kinds of keys: what was set on context() before is gone.
  void identity(std::string_view chain, std::string_view key = {});
  [[nodiscard]] bool has_identity() const { return has_identity_; }
  /// They stay, whatever the identity.
  void versions(int min, int max);
  void ciphers(const char* tls_1_2_names) { SSL_CTX_set_cipher_list(context(), tls_1_2_names); }

  /// Begins a new link; what was configured stays, the session cache too.
  void restart();
  /// Takes what `link` has sent, lets OpenSSL work, and pushes its answer in chunks of `chunk` bytes (0: whole).
  void exchange(MemoryLink& link, std::size_t chunk = 0);
  /// What OpenSSL wants to send, for a test that carries bytes itself; and what has arrived for it.
  std::string take_output();
  void feed(std::string_view bytes);
  /// Lets OpenSSL work on what has arrived.
  void work();

  [[nodiscard]] bool is_open() const { return SSL_is_init_finished(ssl_.get()) != 0; }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool saw_close_notify() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
  [[nodiscard]] const std::string& received() const { return received_; }
  std::string take_received();
  void send(std::string_view text);
  void close_notify();
  void stop_reading() { reading_ = false; }

 private:
  struct FreeContext {
    void operator()(SSL_CTX* it) const { SSL_CTX_free(it); }
  };
  struct FreeSsl {
    void operator()(SSL* it) const { SSL_free(it); }
  };

  void make_context();

  Role role_;
  int min_version_ = 0;
  int max_version_ = 0;
  bool has_identity_ = false;
  std::unique_ptr<SSL_CTX, FreeContext> context_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
  std::string received_;
  bool failed_ = false;
  bool reading_ = true;
};

}  // namespace whit::test
