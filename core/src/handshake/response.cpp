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

bool is_same(const char* text, std::size_t size, const char* other, std::size_t other_size) {
  return size == other_size && std::memcmp(text, other, size) == 0;
}

}  // namespace

ClientHandshake::ClientHandshake(const Url& url, const ClientOptions& options, const std::uint8_t* key)
    : options_(options), url_(url) {
  std::memcpy(key_, key, kKeySize);
  if (options.refusal != nullptr) options.refusal->reset_(*options.refusal);
}

Progress ClientHandshake::read(Bytes in, MutBytes line, std::size_t& used) {
  const std::uint8_t* at = in.begin();
  while (at != in.end() && error_ == Error::none && stage_ != Stage::over) take(*at++, line);
  Progress progress = stage_ == Stage::over ? Progress::done : Progress::more;
  if (error_ != Error::none) progress = Progress::failed;
  if (error_ == Error::bad_status && options_.refusal != nullptr) {
    // What follows is for those who want to know more.
    Refusal& refusal = *options_.refusal;
    at = refusal.consume_(refusal, at, in.end(), status_);
    if (refusal.stage_ != Refusal::Stage::done) progress = Progress::more;
  }
  used = static_cast<std::size_t>(at - in.data());
  return progress;
}

inline void ClientHandshake::take(std::uint8_t byte, const MutBytes& buffer) {
  const LineReader::Result result = line_.take(byte, buffer.data(), buffer.size());
  if (++head_size_ > options_.max_head_size) {
    error_ = Error::head_too_large;
  } else if (result == LineReader::Result::bad) {
    error_ = Error::bad_header_line;
  } else if (result == LineReader::Result::line) {
    error_ = take_line(reinterpret_cast<const char*>(buffer.data()), line_.size());
    line_.next();
  }
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
  const char* value = colon + 1;
  size = static_cast<std::size_t>(trim(value, end) - value);
  return take_field(field % kSecWebSocket, value, size);
}

inline Error ClientHandshake::end_fields() {
  stage_ = Stage::status;
  // RFC 9110 15.2: any number of interim responses may come first; we take a few.
  if (status_ != 101) return ++interim_ > kMaxInterim ? Error::too_many_interim : Error::none;
  for (unsigned field = kUpgrade; field <= kAccept; ++field) {
    if ((seen_ >> field & 1) == 0) return error_of(field);
  }
  if (options_.require_subprotocol && protocol_.empty()) return Error::missing_subprotocol;
  stage_ = Stage::over;
  return Error::none;
}

inline Error ClientHandshake::take_status(const char* line, std::size_t size) {
  // RFC 9112 4: the version, three digits, and perhaps a space with a reason that nobody reads.
  static constexpr char kForm[] = "HTTP/1.0 000 ";
  unsigned status = 0;
  for (std::size_t i = 0; i < sizeof kForm - 1; ++i) {
    const char c = i < size ? line[i] : ' ';
    const unsigned digit = static_cast<unsigned>(c - '0');
    if (kForm[i] != '0') {
      if (c != kForm[i]) return Error::bad_status_line;
    } else {
      if (digit > 9) return Error::bad_status_line;
      status = status * 10 + digit;
    }
  }
  // What is behind the point stands before the status now. RFC 9110 15.2: HTTP/1.0 knows no 1xx.
  if (status - 100 < 100) return Error::bad_status_line;
  status %= 1000;
  status_ = static_cast<std::uint16_t>(status);
  stage_ = Stage::fields;
  // RFC 6455 4.1: any other status is plain HTTP, whatever its fields say.
  return status - 100 < 100 ? Error::none : Error::bad_status;
}

inline Error ClientHandshake::take_field(unsigned field, const char* value, std::size_t size) {
  const auto seen = static_cast<std::uint8_t>(seen_ | 1u << field);
  // No extension is offered, so none may be accepted, and an empty list is malformed (RFC 6455 9.1).
  bool good = false;
  if (field == kConnection) {
    // A list, perhaps over several lines: one of its members must be "upgrade".
    if (find_member(value, value + size, "upgrade", 7) < 0) return Error::none;
    good = true;
  } else if (seen == seen_) {
    // Twice.
  } else if (field == kUpgrade) {
    good = size == 9 && equal_letters(value, "websocket", 9);
  } else if (field == kAccept) {
    good = accept_matches(value, size);
  } else if (field == kProtocol) {
    good = choose_protocol(value, size);
  }
  if (!good) return error_of(field);
  seen_ = seen;
  return Error::none;
}

// Compared over its full length, with case.
inline bool ClientHandshake::accept_matches(const char* value, std::size_t size) const {
  char text[kAcceptRoom];
  base64_encode(key_, kKeySize, text);
  answer_key(text);
  return is_same(value, size, text, kAcceptSize);
}

// RFC 6455 4.1: exactly one, and one of those offered.
inline bool ClientHandshake::choose_protocol(const char* value, std::size_t size) {
  for (const std::string_view& offered : options_.subprotocols) {
    if (!is_same(value, size, offered.data(), offered.size())) continue;
    protocol_ = offered;
    return true;
  }
  return false;
}

}  // namespace whit::detail
