#include "echo_server/secure.hpp"

#include <fstream>
#include <iterator>

#include "posix/entropy.hpp"

namespace echo_server {

using whit::Error;

namespace {

constexpr std::size_t kForConfig = 64 << 10;      // certificates and key
constexpr std::size_t kForConnection = 64 << 10;  // two record buffers of 16 KiB, and what a handshake takes

bool read(std::string_view name, std::string& content) {
  std::ifstream file(std::string(name), std::ios::binary);
  content.assign(std::istreambuf_iterator<char>(file), {});
  return file && !content.empty();
}

}  // namespace

// The memory is not touched before it is needed, so the system gives it then only.
Secure::Secure(std::size_t connections)
    : size_(kForConfig + connections * kForConnection),
      memory_(new std::uint8_t[size_]),
      arena_({memory_.get(), size_}),
      drbg_(whit::posix::entropy()),
      config_(whit::mbedtls::Role::server, arena_, drbg_) {}

std::string Secure::configure(std::string_view cert, std::string_view key) {
  std::string certificates, private_key;
  if (!read(cert, certificates)) return "cannot read " + std::string(cert);
  if (!read(key, private_key)) return "cannot read " + std::string(key);
  const Error error = config_.identity(certificates, private_key);
  if (error == Error::tls_bad_certificate_data) return std::string(cert) + " holds no certificate";
  if (error != Error::none) return std::string(key) + " is not the key of " + std::string(cert);
  return {};
}

}  // namespace echo_server
