// Reads the server's response (RFC 6455 4.1) line by line, in constant memory, and checks it exactly.
#include <cstring>

#include "handshake/accept.hpp"
#include "whit/detail/base64.hpp"
#include "whit/detail/client_handshake.hpp"
#include "whit/refusal.hpp"
#include "wire/fields.hpp"

namespace whit::detail {

namespace {

// Fields of the response, in the order of the errors from bad_upgrade on; no field has the empty name.
constexpr char kNames[] = "upgrade,connection,sec-websocket-accept,sec-websocket-protocol,,sec-websocket-extensions";
enum : int { kUpgrade, kConnection, kAccept, kProtocol };

constexpr Error error_of(int field) { return static_cast<Error>(static_cast<int>(Error::bad_upgrade) + field); }
static_assert(error_of(kAccept) == Error::bad_accept && error_of(kProtocol) == Error::bad_subprotocol &&
              error_of(kProtocol + 2) == Error::bad_extension);

bool is_same(const char* text, std::size_t size, const char* other, std::size_t other_size) {
  return size == other_size && std::memcmp(text, other, size) == 0;
}

}  // namespace

ClientHandshake::ClientHandshake(const Url& url, const ClientOptions& options, Bytes key)
    : options_(options), url_(url) {
  std::memcpy(key_, key.data(), kKeySize);
  if (options.refusal != nullptr) options.refusal->reset_(*options.refusal);
}

Progress ClientHandshake::read(Bytes in, MutBytes line, std::size_t& used) {
  const std::uint8_t* at = in.data();
  const std::uint8_t* const end = at + in.size();
  Progress progress = Progress::more;
  while (at != end && progress == Progress::more) {
    if (error_ == Error::bad_status) {
      // A refusal: what follows is for those who want to know more.
      bool done = false;
      at += options_.refusal->consume_(*options_.refusal, {at, static_cast<std::size_t>(end - at)}, status_, done);
      if (done) progress = Progress::failed;
      continue;
    }
    const std::uint8_t* const begin = at;
    const LineReader::Result result = line_.read(at, end, line);
    head_size_ += static_cast<std::uint32_t>(at - begin);
    if (head_size_ > options_.max_head_size) {
      error_ = Error::head_too_large;
    } else if (result == LineReader::Result::bad) {
      error_ = Error::bad_header_line;
    } else if (result == LineReader::Result::line) {
      error_ = take_line(reinterpret_cast<const char*>(line.data()), line_.size(), line_.cut());
      line_.next();
      if (!in_fields_ && status_ == 101) progress = Progress::done;
    }
    if (error_ != Error::none && (error_ != Error::bad_status || options_.refusal == nullptr)) {
      progress = Progress::failed;
    }
  }
  used = static_cast<std::size_t>(at - in.data());
  return progress;
}

inline Error ClientHandshake::take_line(const char* line, std::size_t size, bool cut) {
  if (!in_fields_) return take_status(line, size);
  if (size == 0) return end_fields();
  const char* const end = line + size;
  const char* const colon = token_end(line, end);
  // A line without a colon is good only as the start of a name that is longer than any that we know.
  if (colon == end) return cut ? Error::none : Error::bad_header_line;
  // Also refuses folded lines (RFC 9112 5.2 lets us) and a space before the colon: neither is a token.
  if (colon == line || *colon != ':') return Error::bad_header_line;
  if (status_ != 101) return Error::none;
  const int field = find_member(kNames, kNames + sizeof kNames - 1, line, static_cast<std::size_t>(colon - line));
  if (field < 0) return Error::none;
  if (cut) return Error::header_line_too_long;
  const char* value = colon + 1;
  size = static_cast<std::size_t>(trim(value, end) - value);
  return take_field(field, value, size);
}

inline Error ClientHandshake::end_fields() {
  in_fields_ = false;
  // RFC 9110 15.2: any number of interim responses may come first; we take a few.
  if (status_ != 101) return ++interim_ > kMaxInterim ? Error::too_many_interim : Error::none;
  for (int field = kUpgrade; field <= kAccept; ++field) {
    if ((seen_ >> field & 1) == 0) return error_of(field);
  }
  return options_.require_subprotocol && protocol_.empty() ? Error::missing_subprotocol : Error::none;
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
  in_fields_ = true;
  // RFC 6455 4.1: any other status is plain HTTP, whatever its fields say.
  return status - 100 < 100 ? Error::none : Error::bad_status;
}

inline Error ClientHandshake::take_field(int field, const char* value, std::size_t size) {
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
