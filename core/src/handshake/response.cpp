// Reads the server's response (RFC 6455 4.1) line by line, in constant memory, and checks it exactly.
#include <cstring>

#include "handshake/accept.hpp"
#include "handshake/names.hpp"
#include "whit/detail/base64.hpp"
#include "whit/detail/client_handshake.hpp"
#include "whit/refusal.hpp"
#include "wire/fields.hpp"

namespace whit::detail {

namespace {

constexpr Error error_of(unsigned field) {
  return static_cast<Error>(static_cast<unsigned>(Error::bad_upgrade) + field - kUpgrade);
}
static_assert(error_of(kAccept) == Error::bad_accept && error_of(kProtocol) == Error::bad_subprotocol &&
              error_of(kExtensions) == Error::bad_extension);

// What a response may tell us; one bit for each Field.
constexpr unsigned kRead =
    1u << kUpgrade | 1u << kConnection | (1u << kAccept | 1u << kProtocol | 1u << kExtensions) << kSecWebSocket;

bool is(const std::string_view& value, const char* text, std::size_t size, Case letters) {
  return value.size() == size && equal(value.data(), text, size, letters);
}

}  // namespace

ClientHandshake::ClientHandshake(const Url& url, const ConnectOptions& options, const std::uint8_t* key)
    : options_(options), url_(url.shown) {
  base64_encode(key, kKeySize, key_);
  if (options.fields_ != nullptr) options.fields_->show(options, url_);
  if (options.refusal != nullptr) options.refusal->reset_(*options.refusal);
}

Progress ClientHandshake::read_from(const std::uint8_t*& at, const std::uint8_t* end, const MutBytes& line) {
  while (at != end && stage_ != Stage::over) {
    error_ = take(*at++, line);
    if (error_ != Error::none) stage_ = Stage::over;
  }
  if (stage_ != Stage::over) return Progress::more;
  if (error_ == Error::none) return Progress::done;
  if (error_ == Error::bad_status && options_.refusal != nullptr) {
    // What follows is for those who want to know more.
    Refusal& refusal = *options_.refusal;
    at = refusal.consume_(refusal, at, end, status_);
    if (refusal.stage_ != Refusal::Stage::done) return Progress::more;
  }
  return Progress::failed;
}

Error ClientHandshake::take(std::uint8_t byte, const MutBytes& buffer) {
  const LineReader::Result result = line_.take(byte, buffer.data(), buffer.size());
  if (++head_size_ > options_.max_head_size) return Error::head_too_large;
  if (result == LineReader::Result::more) return Error::none;
  if (result == LineReader::Result::bad) return Error::bad_header_line;
  const Error error = take_line(reinterpret_cast<const char*>(buffer.data()), line_.size());
  line_.next();
  return error;
}

inline Error ClientHandshake::take_line(const char* line, std::size_t size) {
  if (stage_ == Stage::status) return take_status(line, size);
  if (size == 0) return end_fields();
  const char* const end = line + size;
  const char* const colon = token_end(line, end);
  // A line without a colon is good only as the start of a name that is longer than any that we know.
  if (colon == end) return line_.cut() ? Error::none : Error::bad_header_line;
  // Also refuses folded lines (RFC 9112 5.2 lets us) and a space before the colon: neither is a token.
  if (colon == line || *colon != ':') return Error::bad_header_line;
  if (status_ != 101) return Error::none;
  const unsigned field = find_field(line, static_cast<std::size_t>(colon - line));
  if ((kRead >> field & 1) == 0) return Error::none;
  if (line_.cut()) return Error::header_line_too_long;
  const char* const value = skip_blanks(colon + 1, end);
  return take_field(field % kSecWebSocket, {value, trimmed_size(value, end)});
}

inline Error ClientHandshake::end_fields() {
  stage_ = Stage::status;
  // RFC 9110 15.2: any number of interim responses may come first; we take a few.
  if (status_ != 101) return ++interim_ > kMaxInterim ? Error::too_many_interim : Error::none;
  // The first that is missing of the three that must be there and the one that may.
  unsigned field = kUpgrade;
  while ((seen_ >> field & 1) != 0) ++field;
  if (field <= kAccept) return error_of(field);
  if (field == kProtocol && options_.require_subprotocol) return Error::missing_subprotocol;
  stage_ = Stage::over;
  return Error::none;
}

inline Error ClientHandshake::take_status(const char* line, std::size_t size) {
  // RFC 9112 4: the version, three digits, and perhaps a space with a reason that nobody reads.
  static constexpr char kForm[] = "HTTP/1.0 000";
  static constexpr std::size_t kSize = sizeof kForm - 1;
  if (size < kSize || (size != kSize && line[kSize] != ' ')) return Error::bad_status_line;
  unsigned status = 0;
  for (const char* form = kForm; *form != '\0'; ++form, ++line) {
    if (*form == '0') {
      const unsigned digit = static_cast<unsigned>(*line - '0');
      if (digit > 9) return Error::bad_status_line;
      status = status * 10 + digit;
    } else {
      if (*line != *form) return Error::bad_status_line;
      status = 0;  // what stood before was the version
    }
  }
  // RFC 9110 15.2: HTTP/1.0 knows no 1xx. The line stands behind "HTTP/1.x NNN" by now: the x is five back.
  const bool early = status - 100 < 100;
  if (early && line[-5] == '0') return Error::bad_status_line;
  status_ = static_cast<std::uint16_t>(status);
  // RFC 6455 4.1: any other status is plain HTTP, whatever its fields say.
  if (!early) return Error::bad_status;
  stage_ = Stage::fields;
  return Error::none;
}

inline Error ClientHandshake::take_field(unsigned field, const std::string_view& value) {
  const auto seen = static_cast<std::uint8_t>(seen_ | 1u << field);
  bool good = false;
  if (field == kConnection) {
    // A list, perhaps over several lines: one of its members must be "upgrade".
    if (!list_has(value, kUpgradeName)) return Error::none;
    good = true;
  } else if (seen == seen_) {
    // Twice.
  } else if (field == kUpgrade) {
    good = is(value, kWebSocketName.data(), kWebSocketName.size(), kAnyCase);
  } else if (field == kAccept) {
    char accept[kAcceptSize];
    make_accept(key_, accept);
    good = is(value, accept, kAcceptSize, kExactly);
  } else if (field == kProtocol && options_.fields_ != nullptr) {
    const std::string_view* const chosen = options_.fields_->choose(options_, value);
    good = chosen != nullptr;
    if (good) protocol_ = *chosen;
  }
  // No extension is offered, so none may be accepted, and an empty list is malformed (RFC 6455 9.1).
  if (!good) return error_of(field);
  seen_ = seen;
  return Error::none;
}

}  // namespace whit::detail
