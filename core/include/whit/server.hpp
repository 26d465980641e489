// The server role: a device-local server, a test peer. Only linked by those who construct a ServerHandshake.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "whit/detail/handshake.hpp"
#include "whit/detail/line_reader.hpp"
#include "whit/options.hpp"

namespace whit {

/// A client's request as the application sees it. Views into the buffer of the ServerHandshake, valid during the hook.
struct Request {
  std::string_view target;  ///< Origin-form: "/chat?x=1". An absolute-form target shows its path here.
  std::string_view host;    ///< Of the Host field, or of an absolute-form target, which overrides it (RFC 9112 3.2.2).
  std::string_view origin;  ///< Empty when absent: then it is not a browser (RFC 6455 4.2.2).
  std::string_view authorization;  ///< "Basic ..." or "Bearer ..."; empty when absent.
  std::string_view cookie;         ///< Empty when absent.
  std::string_view subprotocol;    ///< What whit will answer: the first of our list that the client offers; else empty.
  bool upgrade = false;            ///< A valid WebSocket request; false for a plain GET.
};

/// The application's answer to a request. Views must live until the close event of this link.
struct Answer {
  std::uint16_t status = 101;     ///< 101 accepts; for a plain GET it means whit's own 426.
  std::string_view content_type;  ///< Of the body, for example "text/html; charset=utf-8".
  std::string_view body;          ///< Of any size: it is sent in pieces.
  std::string_view fields;        ///< Further complete lines, each ended by CRLF: "Retry-After: 30\r\n".
};

/// How a server treats requests. Referred to, not copied.
struct ServerOptions : LinkOptions {
  Span<const std::string_view> subprotocols;  ///< In order of preference. None: a client's offer is left unanswered.
  /// Asked once for each valid request and for each plain GET. Null accepts every valid request whatever its target.
  /// Refuse with 404 what does not exist, with 403 an Origin that is not wanted, with 503 when there is no room.
  Answer (*on_request)(void* context, const Request& request) = nullptr;
  void* context = nullptr;
};

/// The server's side of one opening handshake (RFC 6455 4.2): hand it to WebSocket::accept(). Its buffer holds the
/// request's target and the fields of Request, and the longest field line that matters (Sec-WebSocket-*; 512 bytes do
/// for browsers; a target that does not fit is answered with 414, fields with 431). It must live until the link is open
/// or closed, and may then serve another link.
class ServerHandshake final : public detail::Handshake {
 public:
  ServerHandshake(MutBytes buffer, const ServerOptions& options);
  ServerHandshake(const ServerHandshake&) = delete;
  ServerHandshake& operator=(const ServerHandshake&) = delete;

  /// Makes it ready for the next link; WebSocket::accept() does that.
  void reset();
  [[nodiscard]] const ServerOptions& options() const { return options_; }

 private:
  enum class Step : std::uint8_t;  // of the response, see server_response.cpp

  std::size_t write_to(std::uint8_t* out, std::size_t room) override;
  detail::Progress read_from(const std::uint8_t*& at, const std::uint8_t* end, const MutBytes& line) override;

  // server_request.cpp
  detail::Progress refuse(std::uint16_t status);
  detail::Progress take_line(std::string_view line, bool cut);
  detail::Progress take_request_line(std::string_view line, bool cut);
  detail::Progress take_field(std::string_view name, std::string_view value, bool cut);
  bool take_target(std::string_view target);
  std::string_view keep(std::string_view value);
  void take_key(std::string_view key);
  bool take_subprotocols(std::string_view list);

  // server_response.cpp
  detail::Progress decide();
  [[nodiscard]] std::uint16_t verdict() const;
  std::string_view piece(char* scratch) const;

  MutBytes buffer_;
  const ServerOptions& options_;
  Request request_;
  Answer answer_;
  std::size_t kept_ = 0;    // bytes of the buffer that hold views of request_
  std::size_t offset_ = 0;  // within the piece of the response
  std::uint32_t head_size_ = 0;
  detail::LineReader line_;
  std::uint16_t seen_ = 0;    // fields of the request, one bit each
  std::uint16_t fault_ = 0;   // the status that a field has earned; 0: none
  std::uint16_t choice_ = 0;  // the best of our subprotocols that is offered
  Step step_{};
  bool in_fields_ = false;  // the request line is read
  bool get_ = false;
  bool head_ = false;
  bool old_ = false;  // HTTP/1.0
  char accept_[28];   // Sec-WebSocket-Accept
};

}  // namespace whit
