// Reads the server's response (RFC 6455 4.1) line by line, in constant memory, and checks it exactly.
#include <cstring>

#include "handshake/accept.hpp"
#include "whit/detail/client_handshake.hpp"
#include "whit/refusal.hpp"
#include "whit/detail/base64.hpp"
#include "wire/fields.hpp"

namespace whit::detail {

namespace {

// Bits of seen_, in the order of the errors bad_upgrade, bad_connection, bad_accept.
constexpr std::uint8_t kUpgrade = 1, kConnection = 2, kAccept = 4, kProtocol = 8, kAll = 7;

constexpr std::string_view kNames[] = {"upgrade", "connection", "sec-websocket-accept", "sec-websocket-protocol",
                                       "sec-websocket-extensions"};

}  // namespace

ClientHandshake::ClientHandshake(const Url& url, const ClientOptions& options, Bytes key)
    : options_(options), url_(url) {
  std::memcpy(key_, key.data(), kKeySize);
  if (options.refusal != nullptr) options.refusal->reset_(*options.refusal);
}

Progress ClientHandshake::fail(Error error) {
  error_ = error;
  return Progress::failed;
}

Progress ClientHandshake::read(Bytes in, MutBytes line, std::size_t& used) {
  used = 0;
  while (used < in.size()) {
    std::size_t n = 0;
    if (error_ == Error::bad_status) {
      // A refusal: what follows is for those who want to know more.
      bool done = false;
      used += options_.refusal->consume_(*options_.refusal, in.drop(used), status_, done);
      if (done) return Progress::failed;
      continue;
    }
    const LineReader::Result result = line_.read(in.drop(used), line, true, n);
    used += n;
    head_size_ += static_cast<std::uint32_t>(n);
    if (head_size_ > options_.max_head_size) return fail(Error::head_too_large);
    if (result == LineReader::Result::bad) return fail(Error::bad_header_line);
    if (result == LineReader::Result::more) break;
    const Progress progress = take_line(as_text(line.first(line_.size())), line_.cut());
    if (progress != Progress::more) return progress;
    line_.next();
  }
  return Progress::more;
}

Progress ClientHandshake::take_line(std::string_view line, bool cut) {
  if (!in_fields_) return take_status(line);
  if (!line.empty()) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos && cut && is_token(line)) return Progress::more;  // nobody we know is so long
    // Also refuses folded lines (RFC 9112 5.2 lets us) and a space before the colon: neither is a token.
    if (colon == std::string_view::npos || !is_token(detail::slice(line, 0, colon)))
      return fail(Error::bad_header_line);
    return status_ == 101 ? take_field(detail::slice(line, 0, colon), trim(detail::slice(line, colon + 1)), cut)
                          : Progress::more;
  }
  in_fields_ = false;
  // RFC 9110 15.2: any number of interim responses may come first; we take a few.
  if (status_ != 101) return ++interim_ > kMaxInterim ? fail(Error::too_many_interim) : Progress::more;
  if ((seen_ & kAll) != kAll) {
    const unsigned missing = (seen_ & kUpgrade) == 0 ? 0 : (seen_ & kConnection) == 0 ? 1 : 2;
    return fail(static_cast<Error>(static_cast<unsigned>(Error::bad_upgrade) + missing));
  }
  if (options_.require_subprotocol && protocol_.empty()) return fail(Error::missing_subprotocol);
  return Progress::done;
}

Progress ClientHandshake::take_status(std::string_view line) {
  // RFC 9112 4: "HTTP/1." digit SP three digits, and SP with a reason that nobody reads.
  constexpr std::string_view kVersion = "HTTP/1.";
  unsigned status = 0;
  for (std::size_t i = 9; i < 12; ++i) {
    const unsigned digit = i < line.size() ? static_cast<unsigned>(line[i] - '0') : 10;
    if (digit > 9) return fail(Error::bad_status_line);
    status = status * 10 + digit;
  }
  const bool well_formed = detail::slice(line, 0, 7) == kVersion && line[7] >= '0' && line[7] <= '9' &&
                           line[8] == ' ' && (line.size() == 12 || line[12] == ' ');
  const bool interim = status >= 100 && status < 200;
  // RFC 9110 15.2: HTTP/1.0 knows no 1xx.
  if (!well_formed || (interim && line[7] == '0')) return fail(Error::bad_status_line);
  status_ = static_cast<std::uint16_t>(status);
  in_fields_ = true;
  if (interim) return Progress::more;
  // RFC 6455 4.1: any other status is plain HTTP, whatever its fields say.
  error_ = Error::bad_status;
  return options_.refusal != nullptr ? Progress::more : Progress::failed;
}

Progress ClientHandshake::take_field(std::string_view name, std::string_view value, bool cut) {
  unsigned id = 0;
  while (id < 5 && !equal_names(name, kNames[id])) ++id;
  if (id == 5) return Progress::more;
  if (cut) return fail(Error::header_line_too_long);
  const auto bit = static_cast<std::uint8_t>(1u << id);
  const bool again = (seen_ & bit) != 0;
  bool good = false;
  switch (bit) {
    case kUpgrade: good = !again && equal_names(value, "websocket"); break;
    case kConnection:
      // A list, perhaps over several lines: one of its members must be "upgrade".
      if (!again && !list_has(value, "upgrade")) return Progress::more;
      good = true;
      break;
    case kAccept: good = !again && accept_matches(value); break;
    case kProtocol:
      if (again || !choose_protocol(value)) return fail(Error::bad_subprotocol);
      good = true;
      break;
    default:
      // No extension is offered, so none may be accepted, and an empty list is malformed (RFC 6455 9.1).
      return fail(Error::bad_extension);
  }
  if (!good) return fail(static_cast<Error>(static_cast<unsigned>(Error::bad_upgrade) + id));
  seen_ |= bit;
  return Progress::more;
}

// Compared over its full length, with case.
bool ClientHandshake::accept_matches(std::string_view value) const {
  char key[kKeyText];
  char accept[kAcceptSize];
  base64_encode({key_, kKeySize}, key);
  make_accept(key, accept);
  return value == std::string_view(accept, kAcceptSize);
}

// RFC 6455 4.1: exactly one, and one of those offered.
bool ClientHandshake::choose_protocol(std::string_view value) {
  for (const std::string_view offered : options_.subprotocols) {
    if (offered != value) continue;
    protocol_ = offered;
    return true;
  }
  return false;
}

}  // namespace whit::detail
