// TLS for all connections.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "mbedtls/config.hpp"

namespace echo_server {

class Secure {
 public:
  explicit Secure(std::size_t connections);
  /// Reads the files. Returns what is wrong, or nothing.
  std::string configure(std::string_view cert, std::string_view key);
  whit::mbedtls::Config& config() { return config_; }

 private:
  std::size_t size_;
  std::unique_ptr<std::uint8_t[]> memory_;
  whit::mbedtls::Arena arena_;
  whit::mbedtls::Drbg drbg_;
  whit::mbedtls::Config config_;
};

}  // namespace echo_server
