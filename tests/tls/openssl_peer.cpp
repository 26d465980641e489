#include "tls/openssl_peer.hpp"

#include <openssl/err.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace whit::test {

std::string certificate_path(std::string_view name) {
  return std::string(WHIT_TEST_CERTIFICATES) + "/" + std::string(name);
}

std::string certificate(std::string_view name) {
  std::ifstream file(certificate_path(name), std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "no %s\n", certificate_path(name).c_str());
    std::abort();
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

OpenSslPeer::OpenSslPeer(Role role) : role_(role) { make_context(); }

void OpenSslPeer::make_context() {
  context_.reset(SSL_CTX_new(role_ == Role::server ? TLS_server_method() : TLS_client_method()));
  // Weak certificates are among what is tested: OpenSSL must be willing to send them.
  SSL_CTX_set_security_level(context(), 0);
  SSL_CTX_set_mode(context(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (max_version_ != 0) versions(min_version_, max_version_);
}

void OpenSslPeer::identity(std::string_view chain, std::string_view key) {
  make_context();
  has_identity_ = true;
  const std::string key_name(key.empty() ? chain : key);
  if (SSL_CTX_use_certificate_chain_file(context(), certificate_path(std::string(chain) + ".pem").c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context(), certificate_path(key_name + ".key").c_str(), SSL_FILETYPE_PEM) != 1) {
    ERR_print_errors_fp(stderr);
    std::abort();
  }
}

void OpenSslPeer::versions(int min, int max) {
  min_version_ = min;
  max_version_ = max;
  SSL_CTX_set_min_proto_version(context(), min);
  SSL_CTX_set_max_proto_version(context(), max);
}

void OpenSslPeer::restart() {
  ssl_.reset(SSL_new(context()));
  in_ = BIO_new(BIO_s_mem());
  out_ = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(in_, -1);
  SSL_set_bio(ssl(), in_, out_);
  role_ == Role::server ? SSL_set_accept_state(ssl()) : SSL_set_connect_state(ssl());
  received_.clear();
  failed_ = false;
}

void OpenSslPeer::feed(std::string_view bytes) {
  if (!bytes.empty()) BIO_write(in_, bytes.data(), static_cast<int>(bytes.size()));
}

void OpenSslPeer::work() {
  ERR_clear_error();
  char buffer[4096];
  int n = 0;
  if (!is_open()) {
    n = SSL_do_handshake(ssl());
  } else if (reading_) {
    while ((n = SSL_read(ssl(), buffer, sizeof buffer)) > 0) received_.append(buffer, static_cast<std::size_t>(n));
  }
  if (n > 0) return;
  const int reason = SSL_get_error(ssl(), n);
  if (reason == SSL_ERROR_SSL || reason == SSL_ERROR_SYSCALL) failed_ = true;
}

std::string OpenSslPeer::take_output() {
  char* data = nullptr;
  const long size = BIO_get_mem_data(out_, &data);
  std::string bytes(data, static_cast<std::size_t>(size));
  (void)BIO_reset(out_);
  return bytes;
}

void OpenSslPeer::exchange(MemoryLink& link, std::size_t chunk) {
  if (ssl_ == nullptr) restart();
  const auto sent = link.take_sent();
  feed(as_text(Bytes(sent.data(), sent.size())));
  work();
  const std::string bytes = take_output();
  if (!bytes.empty()) link.push(bytes, chunk);
}

std::string OpenSslPeer::take_received() { return std::exchange(received_, {}); }

void OpenSslPeer::send(std::string_view text) {
  // One record at a time is written.
  while (!text.empty()) {
    const int n = SSL_write(ssl(), text.data(), static_cast<int>(text.size()));
    if (n <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

void OpenSslPeer::close_notify() { SSL_shutdown(ssl()); }

}  // namespace whit::test
