// Reads a client's request (RFC 6455 4.2.1) line by line into the caller's buffer, keeping only what is asked for
// later.
#include <cstring>

#include "handshake/accept.hpp"
#include "handshake/server_bits.hpp"
#include "handshake/server_fields.hpp"
#include "whit/server.hpp"
#include "wire/fields.hpp"
#include "wire/mask.hpp"

namespace whit {

using detail::LineReader;
using detail::Progress;

namespace {

// In the order of the bits in server_bits.hpp.
constexpr std::string_view kNames[] = {"host",
                                       "upgrade",
                                       "connection",
                                       "sec-websocket-key",
                                       "sec-websocket-version",
                                       "origin",
                                       "authorization",
                                       "cookie",
                                       "content-length",
                                       "transfer-encoding",
                                       "expect",
                                       "sec-websocket-protocol",
                                       "sec-websocket-extensions"};

}  // namespace

ServerHandshake::ServerHandshake(MutBytes buffer, const ServerOptions& options) : buffer_(buffer), options_(options) {
  reset();
}

void ServerHandshake::reset() {
  unmask_ = &detail::mask;
  protocol_ = {};
  status_ = 0;
  error_ = Error::none;
  written_ = in_fields_ = get_ = head_ = old_ = false;
  request_ = {};
  answer_ = {};
  kept_ = offset_ = head_size_ = 0;
  line_.next();
  seen_ = fault_ = 0;
  choice_ = 0xFFFF;
  step_ = {};
}

Progress ServerHandshake::read_from(const std::uint8_t*& at, const std::uint8_t* end, const MutBytes&) {
  while (at != end) {
    std::size_t n = 0;
    const MutBytes room = buffer_.drop(kept_);
    const LineReader::Result result = line_.read({at, static_cast<std::size_t>(end - at)}, room, false, n);
    at += n;
    head_size_ += static_cast<std::uint32_t>(n);
    if (head_size_ > options_.max_head_size) return refuse(in_fields_ ? 431 : 414);
    if (result == LineReader::Result::bad) return refuse(400);
    if (result == LineReader::Result::more) break;
    const std::size_t size = line_.size();
    const bool cut = line_.cut();
    line_.next();
    const Progress progress = take_line(as_text(Bytes(room.data(), size)), cut);
    if (progress != Progress::more) return progress;
  }
  return Progress::more;
}

Progress ServerHandshake::take_line(std::string_view line, bool cut) {
  if (!in_fields_) {
    // RFC 9112 2.2: one empty line before the request is ignored.
    if (line.empty() && !cut && head_size_ == 2) return Progress::more;
    return take_request_line(line, cut);
  }
  if (line.empty() && !cut) return decide();
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return refuse(cut ? 431 : 400);
  // Also refuses folded lines and a space before the colon (RFC 9112 5.1, 5.2): neither is a token.
  if (!detail::is_token(detail::slice(line, 0, colon))) return refuse(400);
  return take_field(detail::slice(line, 0, colon), detail::trim(detail::slice(line, colon + 1)), cut);
}

Progress ServerHandshake::take_request_line(std::string_view line, bool cut) {
  const std::size_t method_end = line.find(' ');
  if (method_end == std::string_view::npos || !detail::is_token(detail::slice(line, 0, method_end))) return refuse(400);
  if (cut) return refuse(414);
  const std::size_t target_end = line.rfind(' ');
  const std::string_view version = detail::slice(line, target_end + 1);
  if (target_end == method_end || version.size() != 8 || detail::slice(version, 0, 5) != "HTTP/" || version[6] != '.' ||
      version[7] < '0' || version[7] > '9') {
    return refuse(400);
  }
  if (version[5] != '1') return refuse(505);
  old_ = version[7] == '0';
  get_ = detail::slice(line, 0, method_end) == "GET";
  head_ = detail::slice(line, 0, method_end) == "HEAD";
  in_fields_ = true;
  if (!get_) return Progress::more;  // 405, once all is read
  return take_target(detail::slice(line, method_end + 1, target_end - method_end - 1)) ? Progress::more : refuse(400);
}

// Origin-form, or absolute-form whose authority overrides Host (RFC 9112 3.2).
bool ServerHandshake::take_target(std::string_view target) {
  for (const char c : target) {
    if (c <= ' ' || c > '~' || c == '#') return false;
  }
  const std::size_t scheme = target.find("://");
  if (target.empty()) return false;
  if (target[0] != '/') {
    if (scheme == std::string_view::npos || !detail::is_token(detail::slice(target, 0, scheme))) return false;
    target.remove_prefix(scheme + 3);
    const std::size_t end = target.find_first_of("/?");
    const std::string_view host = detail::slice(target, 0, end);
    if (!detail::is_authority(host)) return false;
    request_.host = keep(host);
    target = detail::slice(target, end);
  }
  // RFC 9112 3.2.1: an empty path is "/", also before a query. What was kept lies side by side.
  const std::string_view root = target.empty() || target[0] == '?' ? keep("/") : keep({});
  const std::string_view rest = keep(target);
  request_.target = {root.data(), root.size() + rest.size()};
  return true;
}

// Moves a value to the front of what is free, where it stays.
std::string_view ServerHandshake::keep(std::string_view value) {
  std::uint8_t* const to = buffer_.data() + kept_;
  if (value.size() > buffer_.size() - kept_) return {};
  if (!value.empty()) std::memmove(to, value.data(), value.size());
  kept_ += value.size();
  return as_text({to, value.size()});
}

void ServerHandshake::take_key(std::string_view key) {
  if (!detail::is_key(key)) {
    fault_ = 400;
    return;
  }
  detail::make_accept(key.data(), accept_);
}

// RFC 6455 4.2.2: the best of ours that is offered. False if the list is malformed.
bool ServerHandshake::take_subprotocols(std::string_view list) {
  bool any = false;
  while (list.data() != nullptr) {
    const std::string_view name = detail::next_member(list);
    if (name.empty()) continue;
    if (!detail::is_token(name)) return false;
    any = true;
    for (std::uint16_t i = 0; i < options_.subprotocols.size() && i < choice_; ++i) {
      if (options_.subprotocols[i] == name) choice_ = i;
    }
  }
  return any;
}

Progress ServerHandshake::take_field(std::string_view name, std::string_view value, bool cut) {
  unsigned id = 0;
  while (id < kFieldCount && !detail::equal_names(name, kNames[id])) ++id;
  if (id == kFieldCount) return Progress::more;
  if (cut) return refuse(431);
  const auto bit = static_cast<std::uint16_t>(1u << id);
  // RFC 9110 5.3: these may not be repeated.
  constexpr unsigned kSingle = kHost | kKey | kVersion | kOrigin | kAuthorization | kContentLength;
  if ((seen_ & bit & kSingle) != 0 && fault_ != 400) fault_ = bit == kVersion ? 426 : 400;
  switch (bit) {
    case kHost:
      if (!detail::is_authority(value)) fault_ = 400;
      if (request_.host.empty()) request_.host = keep(value);
      break;
    case kUpgrade:
      if (!detail::list_has(value, "websocket")) return Progress::more;
      break;
    case kConnection:
      if (!detail::list_has(value, "upgrade")) return Progress::more;
      break;
    case kKey: take_key(value); break;
    case kVersion:
      if (value != "13" && fault_ == 0) fault_ = 426;
      break;
    case kOrigin: request_.origin = keep(value); break;
    case kAuthorization: request_.authorization = keep(value); break;
    case kCookie:
      if ((seen_ & kCookie) == 0) request_.cookie = keep(value);
      break;
    case kContentLength:
      // Octets of a body must never be taken for frames.
      if (value.empty() || value.find_first_not_of('0') != std::string_view::npos) fault_ = 400;
      break;
    case kTransferEncoding: fault_ = 400; break;
    case kExpect:
      if (!detail::equal_names(value, "100-continue")) return Progress::more;
      break;
    case kSubprotocols:
      if (!take_subprotocols(value)) fault_ = 400;
      break;
    default:
      if (!detail::is_extension_list(value)) fault_ = 400;
      break;
  }
  seen_ |= bit;
  return Progress::more;
}

}  // namespace whit
