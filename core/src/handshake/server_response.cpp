// Decides on a request and writes the answer (RFC 6455 4.2.2) in pieces, into whatever room there is.
#include <cstring>

#include "handshake/accept.hpp"
#include "handshake/server_bits.hpp"
#include "whit/server.hpp"

namespace whit {

using detail::Progress;

enum class ServerHandshake::Step : std::uint8_t {
  none,
  proceed,
  status,
  code,
  space,
  reason,
  accept_name,
  accept,
  protocol_name,
  protocol_or_own,
  fields,
  type_name,
  type,
  length_name,
  length,
  close,
  end,
  body,
  written
};

namespace {

std::string_view only_if(bool condition, std::string_view text) { return condition ? text : std::string_view(); }

std::string_view reason_phrase(std::uint16_t status) {
  switch (status) {
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 414: return "URI Too Long";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "";
  }
}

std::string_view number(std::size_t value, char* scratch) {
  char* const end = scratch + 20;
  char* to = end;
  do *--to = static_cast<char>('0' + value % 10);
  while ((value /= 10) != 0);
  return {to, static_cast<std::size_t>(end - to)};
}

}  // namespace

// The status of a request that is fine as far as whit is concerned, or why it is not.
std::uint16_t ServerHandshake::verdict() const {
  if (!get_) return 405;
  if (fault_ != 0 && fault_ != 426) return fault_;
  // RFC 9112 3.2: exactly one Host. HTTP/1.0 knows none.
  if ((seen_ & kHost) == 0 && !old_) return 400;
  constexpr unsigned kWanted = kUpgrade | kConnection;
  // RFC 9110 7.8: Upgrade means nothing in HTTP/1.0.
  if (old_ || (seen_ & kWanted) != kWanted) return 426;
  if (fault_ != 0 || (seen_ & kVersion) == 0) return 426;
  return (seen_ & kKey) != 0 ? 101 : 400;
}

Progress ServerHandshake::decide() {
  std::uint16_t status = verdict();
  constexpr unsigned kWanted = kUpgrade | kConnection;
  const bool plain = status == 426 && (old_ || (seen_ & kWanted) == 0);
  request_.upgrade = status == 101;
  if (choice_ < options_.subprotocols.size()) request_.subprotocol = options_.subprotocols[choice_];
  if ((request_.upgrade || plain) && options_.on_request != nullptr) {
    answer_ = options_.on_request(options_.context, request_);
    if (answer_.status != 101) {
      error_ = Error::request_refused;
      status = answer_.status;
    }
  }
  if (status != 101) {
    const Error error = error_;
    refuse(status);
    if (error != Error::none) error_ = error;
    return Progress::failed;
  }
  protocol_ = request_.subprotocol;
  status_ = 101;
  step_ = (seen_ & kExpect) != 0 ? Step::proceed : Step::status;
  return Progress::done;
}

Progress ServerHandshake::refuse(std::uint16_t status) {
  status_ = status;
  error_ = Error::bad_request;
  step_ = Step::status;
  return Progress::failed;
}

std::string_view ServerHandshake::piece(char* scratch) const {
  const bool accepted = status_ == 101;
  const std::string_view body = error_ == Error::request_refused ? answer_.body : reason_phrase(status_);
  const bool own = error_ == Error::bad_request;
  switch (step_) {
    case Step::proceed: return "HTTP/1.1 100 Continue\r\n\r\n";
    case Step::status: return "HTTP/1.1 ";
    case Step::code: return number(status_, scratch);
    case Step::space: return " ";
    case Step::reason: return reason_phrase(status_);
    case Step::accept_name:
      return accepted ? "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " : "\r\n";
    case Step::accept: return only_if(accepted, {accept_, detail::kAcceptSize});
    case Step::protocol_name: return only_if(accepted && !protocol_.empty(), "\r\nSec-WebSocket-Protocol: ");
    case Step::protocol_or_own:
      if (accepted) return protocol_;
      if (status_ == 405) return "Allow: GET\r\n";
      return only_if(status_ == 426, "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
    case Step::fields: return only_if(!own && !accepted, answer_.fields);
    case Step::type_name: return only_if(!accepted, "Content-Type: ");
    case Step::type:
      if (accepted) return {};
      return !own && !answer_.content_type.empty() ? answer_.content_type : "text/plain";
    case Step::length_name: return only_if(!accepted, "\r\nContent-Length: ");
    case Step::length: return only_if(!accepted, number(body.size(), scratch));
    // RFC 9110 15.5.22: a 426 lists Upgrade in Connection.
    case Step::close:
      return only_if(!accepted, status_ == 426 ? "\r\nConnection: Upgrade, close" : "\r\nConnection: close");
    case Step::end: return "\r\n\r\n";
    case Step::body: return only_if(!accepted && !head_, body);
    default: return {};
  }
}

std::size_t ServerHandshake::write_to(std::uint8_t* out, std::size_t room) {
  char scratch[20];
  std::size_t n = 0;
  while (step_ != Step::none && step_ != Step::written && n < room) {
    const std::string_view text = piece(scratch);
    std::size_t size = text.size() - offset_;
    if (size > room - n) size = room - n;
    if (size != 0) std::memcpy(out + n, text.data() + offset_, size);
    n += size;
    offset_ += size;
    if (offset_ != text.size()) break;
    offset_ = 0;
    step_ = static_cast<Step>(static_cast<std::uint8_t>(step_) + 1);
  }
  written_ = step_ == Step::written;
  return n;
}

}  // namespace whit
