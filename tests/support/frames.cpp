#include "support/frames.hpp"

namespace whit::test {

std::string frame(const FrameSpec& spec, std::string_view payload) {
  const std::uint64_t size = spec.declared.value_or(payload.size());
  unsigned form = spec.length_form;
  if (form == 0) form = size < 126 ? 7 : size < 65536 ? 16 : 64;
  std::string out;
  out += static_cast<char>((spec.fin ? 0x80 : 0) | (spec.rsv << 4) | spec.opcode);
  const unsigned mask_bit = spec.key ? 0x80 : 0;
  out += static_cast<char>(mask_bit | (form == 7 ? static_cast<unsigned>(size) : form == 16 ? 126u : 127u));
  if (form != 7) {
    for (unsigned shift = form; shift != 0;) out += static_cast<char>(size >> (shift -= 8));
  }
  if (!spec.key) return out.append(payload);
  for (const std::uint8_t byte : *spec.key) out += static_cast<char>(byte);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out += static_cast<char>(static_cast<std::uint8_t>(payload[i]) ^ (*spec.key)[i % 4]);
  }
  return out;
}

std::string close_body(unsigned code, std::string_view reason) {
  std::string body{static_cast<char>(code >> 8), static_cast<char>(code)};
  return body.append(reason);
}

unsigned Frame::code() const {
  if (payload.size() < 2) return 0;
  return static_cast<unsigned>(static_cast<std::uint8_t>(payload[0])) << 8 | static_cast<std::uint8_t>(payload[1]);
}

std::string_view Frame::reason() const {
  return payload.size() < 2 ? std::string_view() : std::string_view(payload).substr(2);
}

namespace {

// One frame from `at` on; false if it is not all there, and then as far as it goes.
bool decode_one(const Buffer& bytes, std::size_t& at, Frame& out) {
  std::size_t p = at;
  const auto has = [&](std::uint64_t n) { return bytes.size() - p >= n; };
  out = Frame();
  if (!has(2)) return false;
  const std::uint8_t first = bytes[p++];
  const std::uint8_t second = bytes[p++];
  out.fin = (first & 0x80) != 0;
  out.rsv = first >> 4 & 7;
  out.opcode = first & 15;
  out.masked = (second & 0x80) != 0;
  std::uint64_t size = second & 127;
  if (size >= 126) {
    const std::size_t width = size == 126 ? 2 : 8;
    if (!has(width)) return false;
    size = 0;
    for (std::size_t i = 0; i < width; ++i) size = size << 8 | bytes[p++];
    out.minimal = size >= (width == 2 ? 126u : 65536u);
  }
  if (out.masked) {
    if (!has(4)) return false;
    for (std::uint8_t& byte : out.key) byte = bytes[p++];
  }
  const bool whole = has(size);
  if (!whole) size = bytes.size() - p;
  for (std::uint64_t i = 0; i < size; ++i) {
    const std::uint8_t byte = bytes[p++];
    out.payload += static_cast<char>(out.masked ? byte ^ out.key[i % 4] : byte);
  }
  if (whole) at = p;
  return whole;
}

std::string check_control(const Frame& f) {
  if (!f.fin) return "fragmented control frame";
  if (f.payload.size() > 125) return "control frame too long";
  if (f.opcode != kOpClose) return "";
  if (f.payload.size() == 1) return "close body of one byte";
  const unsigned code = f.code();
  const bool known =
      code == 0 || (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
  if (!known) return "close code " + std::to_string(code);
  return utf8_valid(f.reason()) ? "" : "close reason is not UTF-8";
}

}  // namespace

Decoded decode(const Buffer& bytes) {
  Decoded out;
  std::size_t at = 0;
  while (decode_one(bytes, at, out.begun)) out.frames.push_back(out.begun);
  out.rest.assign(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end());
  return out;
}

std::string find_fault(const std::vector<Frame>& frames, bool from_client) {
  bool closed = false;
  std::uint8_t message = 0;
  std::string content;
  for (const Frame& f : frames) {
    // RFC 6455 5.5.2: a ping that comes before the peer's Close is still owed a pong.
    if (closed && f.opcode != kOpPong) return "a frame behind Close";
    if (f.masked != from_client) return from_client ? "unmasked frame" : "masked frame";
    if (f.rsv != 0) return "RSV bits";
    if (!f.minimal) return "length not minimal";
    if (f.control()) {
      if (f.opcode > kOpPong) return "reserved opcode";
      const std::string fault = check_control(f);
      if (!fault.empty()) return fault;
      closed = closed || f.opcode == kOpClose;
      continue;
    }
    if (f.opcode > kOpBinary) return "reserved opcode";
    if ((f.opcode == kOpContinuation) != (message != 0)) return "fragments out of order";
    if (message == 0) {
      message = f.opcode;
      content.clear();
    }
    if (message == kOpText) content += f.payload;
    if (!f.fin) continue;
    if (message == kOpText && !utf8_valid(content)) return "text is not UTF-8";
    message = 0;
  }
  return "";
}

std::vector<std::pair<std::uint8_t, std::string>> messages_of(const std::vector<Frame>& frames) {
  std::vector<std::pair<std::uint8_t, std::string>> out;
  std::uint8_t type = 0;
  std::string content;
  for (const Frame& f : frames) {
    if (f.control()) continue;
    if (f.opcode != kOpContinuation) {
      type = f.opcode;
      content.clear();
    }
    content += f.payload;
    if (f.fin) out.emplace_back(type, content);
  }
  return out;
}

bool utf8_valid(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<std::uint8_t>(text[at]);
    if (lead < 0x80) {
      ++at;
      continue;
    }
    unsigned size = 0;
    while (size < 8 && (lead << size & 0x80) != 0) ++size;
    if (size < 2 || size > 4 || text.size() - at < size) return false;
    std::uint32_t point = lead & (0xFFu >> (size + 1));
    for (unsigned i = 1; i < size; ++i) {
      const auto next = static_cast<std::uint8_t>(text[at + i]);
      if (next >> 6 != 2) return false;
      point = point << 6 | (next & 0x3Fu);
    }
    constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < kLeast[size] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
    at += size;
  }
  return true;
}

}  // namespace whit::test
