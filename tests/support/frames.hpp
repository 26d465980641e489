// The other side of the wire, written for the tests alone: frames, the handshake's texts, SHA-1 and base64 from their
// own texts (RFC 6455, RFC 3174, RFC 4648), sharing nothing with the code under test.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whit::test {

using Buffer = std::vector<std::uint8_t>;

enum Op : std::uint8_t { kOpContinuation = 0, kOpText = 1, kOpBinary = 2, kOpClose = 8, kOpPing = 9, kOpPong = 10 };

/// How a frame is built; every rule can be broken.
struct FrameSpec {
  std::uint8_t opcode = kOpText;
  bool fin = true;
  unsigned rsv = 0;                                ///< RSV1 is 4, RSV2 is 2, RSV3 is 1.
  std::optional<std::array<std::uint8_t, 4>> key;  ///< Masked if there is one.
  unsigned length_form = 0;                        ///< 0: shortest; else 7, 16 or 64 bits.
  std::optional<std::uint64_t> declared;           ///< A length other than the payload's.
};

std::string frame(const FrameSpec& spec, std::string_view payload = {});

inline std::string text(std::string_view payload, bool fin = true) {
  return frame({kOpText, fin, 0, {}, 0, {}}, payload);
}
inline std::string binary(std::string_view payload, bool fin = true) {
  return frame({kOpBinary, fin, 0, {}, 0, {}}, payload);
}
inline std::string continuation(std::string_view payload, bool fin) {
  return frame({kOpContinuation, fin, 0, {}, 0, {}}, payload);
}
inline std::string ping(std::string_view payload = {}) { return frame({kOpPing, true, 0, {}, 0, {}}, payload); }
inline std::string pong(std::string_view payload = {}) { return frame({kOpPong, true, 0, {}, 0, {}}, payload); }
/// A Close frame's body: the code in network order and the reason.
std::string close_body(unsigned code, std::string_view reason = {});
inline std::string close_frame(unsigned code, std::string_view reason = {}) {
  return frame({kOpClose, true, 0, {}, 0, {}}, close_body(code, reason));
}
inline std::string close_frame() { return frame({kOpClose, true, 0, {}, 0, {}}, {}); }

/// A frame as it was decoded.
struct Frame {
  std::uint8_t opcode = 0;
  bool fin = false;
  unsigned rsv = 0;
  bool masked = false;
  std::array<std::uint8_t, 4> key{};
  bool minimal = true;
  std::string payload;  ///< Unmasked.

  [[nodiscard]] bool control() const { return (opcode & 8) != 0; }
  [[nodiscard]] unsigned code() const;  ///< Of a Close frame; 0 without a body.
  [[nodiscard]] std::string_view reason() const;
};

/// Everything that can be read from `bytes`; `rest` is the beginning of an unfinished frame, and `begun` what it tells
/// of that frame, with the payload so far.
struct Decoded {
  std::vector<Frame> frames;
  std::string rest;
  Frame begun;
};
Decoded decode(const Buffer& bytes);

/// The first rule that frames sent by one endpoint break, or "": masking as the role demands, zero RSV bits, shortest
/// lengths, whole and short control frames, fragments in order, UTF-8 in text, one Close and nothing
/// but pongs behind it.
std::string find_fault(const std::vector<Frame>& frames, bool from_client);

/// Messages put together again: type and payload. Unfinished ones are left out.
std::vector<std::pair<std::uint8_t, std::string>> messages_of(const std::vector<Frame>& frames);

/// A reference validator: decodes code points as RFC 3629 defines them, slowly.
bool utf8_valid(std::string_view text);

std::string base64(std::string_view bytes);
std::string sha1(std::string_view bytes);
/// Sec-WebSocket-Accept for a Sec-WebSocket-Key.
std::string accept_for(std::string_view key);

/// An HTTP head taken apart strictly; `ok` is false if it is not one.
struct Head {
  bool ok = false;
  std::string start;
  std::vector<std::pair<std::string, std::string>> fields;
  std::size_t size = 0;  ///< Bytes up to and including the empty line.

  /// The value of a field, compared without regard to case; "" if it is not there exactly once.
  [[nodiscard]] std::string field(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
};
Head parse_head(std::string_view bytes);

/// A correct 101 for the request in `request`, with further lines ("X: y\r\n").
std::string response_for(std::string_view request, std::string_view further = {});
/// A correct upgrade request.
std::string request_text(std::string_view further = {});
inline constexpr std::string_view kSampleKey = "dGhlIHNhbXBsZSBub25jZQ==";

inline std::string to_text(const Buffer& bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace whit::test
