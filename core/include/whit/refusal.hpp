// What a server said when it refused: kept in the caller's buffer, and only linked by those who construct one.
#pragma once

#include <cstdint>
#include <string_view>

#include "whit/bytes.hpp"
#include "whit/detail/line_reader.hpp"

namespace whit {

namespace detail {
class ClientHandshake;
}

/// Collects from a response other than 101 the fields Location, Retry-After, WWW-Authenticate and Sec-WebSocket-Version
/// and the first bytes of the body (chunked coding removed, RFC 9112 7.1). Give it to ConnectOptions::refusal; read it
/// at the error event with Error::bad_status. The views point into the caller's buffer and live until the next
/// connect().
class Refusal {
 public:
  /// `buffer` holds all that is kept; 256 bytes and more are of use. A field that does not fit is left out as a
  /// whole and the body is cut; truncated() tells.
  explicit Refusal(MutBytes buffer)
      : buffer_(buffer.first(buffer.size() < 0xFFFF ? buffer.size() : 0xFFFF)),
        consume_(&Refusal::consume),
        reset_(&Refusal::reset) {}

  [[nodiscard]] std::string_view location() const { return view(location_); }
  [[nodiscard]] std::string_view retry_after() const { return view(retry_after_); }
  /// The challenges, separated by commas (RFC 9110 11.6.1), also if they came in several fields.
  [[nodiscard]] std::string_view www_authenticate() const { return view(www_authenticate_); }
  /// The versions of the protocol that the server speaks instead of 13 (RFC 6455 4.4): "8, 7", also if they came in
  /// several fields.
  [[nodiscard]] std::string_view versions() const { return view(versions_); }
  /// The first bytes of the body, as they came.
  [[nodiscard]] Bytes body() const { return {buffer_.data() + body_.at, body_.size}; }
  /// True if something did not fit, or the body ended early or was malformed.
  [[nodiscard]] bool truncated() const { return truncated_ || (stage_ > Stage::until_close && stage_ != Stage::done); }

 private:
  friend class detail::ClientHandshake;
  struct Part {
    std::uint16_t at = 0;
    std::uint16_t size = 0;
  };
  enum class Stage : std::uint8_t { fields, until_close, counted, chunk_size, chunk_data, chunk_end, trailers, done };

  [[nodiscard]] std::string_view view(Part part) const { return as_text({buffer_.data() + part.at, part.size}); }
  /// Takes bytes behind the status line, all of them unless it is done; returns where it stopped.
  static const std::uint8_t* consume(Refusal& self, const std::uint8_t* at, const std::uint8_t* end,
                                     std::uint16_t status);
  static void reset(Refusal& self);
  std::size_t read_line(Bytes in, std::uint16_t status);
  std::size_t read_body(Bytes in);
  void give_up();
  void take_field(std::string_view line, bool cut);
  bool take_length(std::string_view list);
  void keep(Part& part, std::string_view value, bool cut);
  void begin_body(std::uint16_t status);
  void begin_chunk(std::string_view line, bool cut);
  void keep_body(Bytes bytes);

  static constexpr std::uint64_t kMaxLength = 1ull << 58;  // of a body: more is nonsense, and must not overflow
  static constexpr std::size_t kLineRoom = 20;             // what the size of a chunk may take

  MutBytes buffer_;
  // Pointers, so that an image without a Refusal does not carry the code.
  const std::uint8_t* (*consume_)(Refusal&, const std::uint8_t*, const std::uint8_t*, std::uint16_t);
  void (*reset_)(Refusal&);
  detail::LineReader line_;
  std::uint64_t left_ = 0;  // of the body or chunk
  Part location_, retry_after_, www_authenticate_, versions_, body_;
  std::uint16_t used_ = 0;  // bytes of the buffer
  Stage stage_ = Stage::fields;
  bool unclear_ = false;  // the field that frames the body may have been cut
  bool coded_ = false;    // there is a Transfer-Encoding
  bool chunked_ = false;
  bool has_length_ = false;
  bool truncated_ = false;
};

/// A Refusal with its buffer.
template <std::size_t N>
class StaticRefusal : public Refusal {
 public:
  StaticRefusal() : Refusal(MutBytes(storage_, N)) {}
  StaticRefusal(const StaticRefusal&) = delete;
  StaticRefusal& operator=(const StaticRefusal&) = delete;

 private:
  std::uint8_t storage_[N] = {};
};

}  // namespace whit
