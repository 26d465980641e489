// What a caller may choose. Everything here is referred to, not copied: keep it until the close event.
#pragma once

#include <cstdint>
#include <string_view>

#include "whit/bytes.hpp"
#include "whit/status.hpp"
#include "whit/url.hpp"

namespace whit {

class Refusal;
struct ConnectOptions;
struct SubprotocolOptions;
struct ClientOptions;
namespace detail {
class ClientHandshake;
}

inline constexpr std::size_t kUnlimited = ~std::size_t{0};

/// Deadlines and limits of a link, in milliseconds and bytes; 0 switches a deadline off, as does what is not below 2^31
/// (24 days). Both roles.
struct LinkOptions {
  std::uint32_t connect_timeout_ms = 20000;  ///< From connect() to open: name, addresses, TLS and handshake together.
  std::uint32_t handshake_timeout_ms =
      10000;                                  ///< From the transport being up to the complete head of the HTTP message.
  std::uint32_t close_timeout_ms = 5000;      ///< From close() to the peer's Close, so what is queued before ours must
                                              ///< get out in that time, too; and again from there to its end of TCP.
  std::uint32_t send_timeout_ms = 30000;      ///< The transport takes not one byte for so long.
  std::uint32_t ping_interval_ms = 30000;     ///< A ping after so long without receiving anything.
  std::uint32_t pong_timeout_ms = 10000;      ///< After a ping, so long without receiving anything: the link is dead.
  std::size_t max_message_size = kUnlimited;  ///< A larger message closes the link with 1009, at its frame's header.
  std::uint32_t max_head_size = 128 * 1024;   ///< Of the HTTP head that is received; it costs no memory.
};

/// One extra field of the request: a token and a value without control characters (RFC 9110 5.1, 5.5).
struct Header {
  std::string_view name;
  std::string_view value;
};

namespace detail {
struct Sink;
/// What puts more into a request than a URL asks for. Pointers, so that an image with plain ConnectOptions carries none
/// of it. `check` judges what was given, `show` changes what the request shows of the URL, `put` writes the fields,
/// `choose` tells which of the offered subprotocols the server's answer is: null if none.
struct RequestFields {
  Status (*check)(const ConnectOptions& options);
  void (*show)(const ConnectOptions& options, Url::Shown& url);
  void (*put)(const ConnectOptions& options, Sink& sink);
  const std::string_view* (*choose)(const ConnectOptions& options, const std::string_view& answer);
};
extern const RequestFields kSubprotocolFields;
extern const RequestFields kClientFields;
}  // namespace detail

/// What it takes to open a link as a client: all that an image needs that has no more to say than a URL.
struct ConnectOptions : LinkOptions {
  Refusal* refusal = nullptr;  ///< Where Location, Retry-After, WWW-Authenticate and the body's start go.

  ConnectOptions() = default;
  ConnectOptions(const ConnectOptions&) = default;
  ConnectOptions& operator=(const ConnectOptions&) = default;
  ConnectOptions(const SubprotocolOptions&) = delete;  // would forget what those add
  ConnectOptions& operator=(const SubprotocolOptions&) = delete;

 protected:
  explicit ConnectOptions(const detail::RequestFields& fields) : fields_(&fields) {}

  bool require_subprotocol = false;  // here, as it is read at the end of the head without asking fields_

 private:
  friend class detail::ClientHandshake;
  const detail::RequestFields* fields_ = nullptr;
};

/// The same with subprotocols (RFC 6455 1.9).
struct SubprotocolOptions : ConnectOptions {
  /// In order of preference; tokens of kMaxSubprotocol (101) bytes at most, all different.
  Span<const std::string_view> subprotocols;
  using ConnectOptions::require_subprotocol;  ///< Fail if the server chooses none (the RFC lets it). False by default.

  SubprotocolOptions() : SubprotocolOptions(detail::kSubprotocolFields) {}
  SubprotocolOptions(const SubprotocolOptions&) = default;
  SubprotocolOptions& operator=(const SubprotocolOptions&) = default;
  SubprotocolOptions(const ClientOptions&) = delete;
  SubprotocolOptions& operator=(const ClientOptions&) = delete;

 protected:
  explicit SubprotocolOptions(const detail::RequestFields& fields) : ConnectOptions(fields) {}
};

/// The same with all that a request may carry. Defaults send nothing that was not asked for.
struct ClientOptions : SubprotocolOptions {
  Span<const Header> headers;  ///< None that the handshake owns (Host, Upgrade, Connection, Sec-WebSocket-*, ...).
  std::string_view origin;     ///< Origin, verbatim; none is sent when empty.
  std::string_view cookie;     ///< Cookie, verbatim: "a=1; b=2".
  std::string_view host;       ///< Replaces the Host field's value; what is dialled stays the URL's host.
  std::string_view user;       ///< Basic credentials (RFC 7617): sent when user or password is not empty.
  std::string_view password;
  std::string_view bearer;  ///< Bearer token (RFC 6750).

  ClientOptions() : SubprotocolOptions(detail::kClientFields) {}
};

}  // namespace whit
