#include <cctype>

#include "support/frames.hpp"

namespace whit::test {

namespace {

std::uint32_t rotate_left(std::uint32_t value, unsigned by) { return value << by | value >> (32 - by); }

void sha1_block(std::uint32_t (&state)[5], const std::uint8_t* block) {
  std::uint32_t w[80];
  for (unsigned t = 0; t < 16; ++t) {
    w[t] = static_cast<std::uint32_t>(block[t * 4]) << 24 | static_cast<std::uint32_t>(block[t * 4 + 1]) << 16 |
           static_cast<std::uint32_t>(block[t * 4 + 2]) << 8 | block[t * 4 + 3];
  }
  for (unsigned t = 16; t < 80; ++t) w[t] = rotate_left(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
  std::uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
  for (unsigned t = 0; t < 80; ++t) {
    std::uint32_t f = b ^ c ^ d, k = 0x6ED9EBA1;
    if (t < 20) f = (b & c) | (~b & d), k = 0x5A827999;
    if (t >= 40 && t < 60) f = (b & c) | (b & d) | (c & d), k = 0x8F1BBCDC;
    if (t >= 60) k = 0xCA62C1D6;
    const std::uint32_t next = rotate_left(a, 5) + f + e + w[t] + k;
    e = d, d = c, c = rotate_left(b, 30), b = a, a = next;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
}

bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(a[i])) != std::tolower(static_cast<unsigned char>(b[i]))) return false;
  }
  return true;
}

}  // namespace

std::string sha1(std::string_view bytes) {
  std::uint32_t state[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  std::string padded(bytes);
  padded += '\x80';
  while (padded.size() % 64 != 56) padded += '\0';
  const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
  for (unsigned shift = 64; shift != 0;) padded += static_cast<char>(bits >> (shift -= 8));
  for (std::size_t at = 0; at < padded.size(); at += 64) {
    sha1_block(state, reinterpret_cast<const std::uint8_t*>(padded.data()) + at);
  }
  std::string out;
  for (const std::uint32_t word : state) {
    for (unsigned shift = 32; shift != 0;) out += static_cast<char>(word >> (shift -= 8));
  }
  return out;
}

std::string base64(std::string_view bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0, value = 0;
  for (const char byte : bytes) {
    value = value << 8 | static_cast<std::uint8_t>(byte);
    for (bits += 8; bits >= 6;) out += kDigits[value >> (bits -= 6) & 63];
  }
  if (bits != 0) out += kDigits[value << (6 - bits) & 63];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::string accept_for(std::string_view key) {
  return base64(sha1(std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
}

std::size_t Head::count(std::string_view name) const {
  std::size_t n = 0;
  for (const auto& [key, value] : fields) n += same_name(key, name) ? 1 : 0;
  return n;
}

std::string Head::field(std::string_view name) const {
  if (count(name) != 1) return "";
  for (const auto& [key, value] : fields) {
    if (same_name(key, name)) return value;
  }
  return "";
}

Head parse_head(std::string_view bytes) {
  Head head;
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return head;
  head.size = end + 4;
  std::string_view rest = bytes.substr(0, end + 2);
  for (bool first = true; !rest.empty(); first = false) {
    const std::size_t eol = rest.find("\r\n");
    const std::string_view line = rest.substr(0, eol);
    rest.remove_prefix(eol + 2);
    for (const char c : line) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return head;
    }
    if (first) {
      head.start = line;
      continue;
    }
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos || colon == 0) return head;
    head.fields.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  head.ok = true;
  return head;
}

std::string response_for(std::string_view request, std::string_view further) {
  std::string out = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
  out += "Sec-WebSocket-Accept: " + accept_for(parse_head(request).field("Sec-WebSocket-Key")) + "\r\n";
  return out.append(further).append("\r\n");
}

std::string request_text(std::string_view further) {
  std::string out = "GET /chat HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
  out.append("Sec-WebSocket-Key: ").append(kSampleKey).append("\r\nSec-WebSocket-Version: 13\r\n");
  return out.append(further).append("\r\n");
}

}  // namespace whit::test
