// TLS for wss:// URLs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "whit/transport.hpp"

namespace wscat {

/// What the command line says of TLS. All views are into it.
struct TlsOptions {
  std::string_view ca;  ///< Files.
  std::string_view cert;
  std::string_view key;
  std::vector<std::string> pins;  ///< SHA-256 of a SubjectPublicKeyInfo, 32 bytes each.
  std::string_view psk_identity;
  std::string psk;  ///< Bytes.
  bool insecure = false;
  bool only_tls_1_3 = false;
};

class Secure {
 public:
  explicit Secure(whit::Transport& below);
  ~Secure();

  /// Reads the files. Returns what is wrong, or nothing. `options` must outlive this.
  std::string configure(const TlsOptions& options);

  whit::Transport& transport();
  /// `{"version":"TLSv1.3","cipher":"…","resumed":false}` while the link is up.
  [[nodiscard]] std::string json() const;
  /// "TLSv1.3, TLS1-3-AES-128-GCM-SHA256"
  [[nodiscard]] std::string text() const;
  /// What an error of TLS does not say by itself: an alert's number, sizes. Empty if nothing.
  [[nodiscard]] std::string detail() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wscat
