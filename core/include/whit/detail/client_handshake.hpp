// The client's opening handshake (RFC 6455 4.1): request writer and response reader.
#pragma once

#include <cstddef>
#include <cstdint>

#include "whit/detail/handshake.hpp"
#include "whit/detail/line_reader.hpp"
#include "whit/options.hpp"
#include "whit/status.hpp"
#include "whit/url.hpp"

namespace whit::detail {

inline constexpr std::size_t kKeySize = 16;  // RFC 6455 4.1: a nonce of 16 bytes
inline constexpr std::size_t kKeyText = 24;  // the same in base64
inline constexpr unsigned kMaxInterim = 8;   // 1xx responses before the final one

class ClientHandshake final : public std::conditional_t<kServerRole, Handshake, HandshakeState> {
 public:
  /// Checks all that a caller supplied, before anything is sent. ok, bad_subprotocol, bad_header, bad_origin or
  /// bad_credentials.
  static Status check(const ConnectOptions& options) {
    return options.fields_ != nullptr ? options.fields_->check(options) : Status::ok;
  }

  /// What it shows of `url` is copied; what that and `options` refer to stays with the caller. `key` is 16 bytes from
  /// the entropy source.
  ClientHandshake(const Url& url, const ConnectOptions& options, Bytes key)
      : ClientHandshake(url, options, key.data()) {}

  // As in Handshake.
  std::size_t write_to(std::uint8_t* out, std::size_t room);
  Progress read_from(const std::uint8_t*& at, const std::uint8_t* end, const MutBytes& line);

 private:
  enum class Stage : std::uint8_t { status, fields, over };  // of the response

  ClientHandshake(const Url& url, const ConnectOptions& options, const std::uint8_t* key);

  // response.cpp; none goes on
  Error take(std::uint8_t byte, const MutBytes& buffer);
  Error take_line(const char* line, std::size_t size);
  Error take_status(const char* line, std::size_t size);
  Error take_field(unsigned field, const std::string_view& value);
  Error end_fields();

  // The small members come first, because a Cortex-M reaches them with shorter instructions there.
  Stage stage_ = Stage::status;
  std::uint8_t seen_ = 0;  // fields of the response, one bit each
  std::uint8_t interim_ = 0;
  LineReader line_;
  std::uint32_t head_size_ = 0;
  std::size_t offset_ = 0;  // bytes of the request that are written
  const ConnectOptions& options_;
  Url::Shown url_;
  char key_[kKeyText];  // as it is sent
};

}  // namespace whit::detail
