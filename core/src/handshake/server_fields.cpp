#include "handshake/server_fields.hpp"

#include "whit/detail/base64.hpp"
#include "whit/detail/client_handshake.hpp"
#include "wire/fields.hpp"

namespace whit::detail {

namespace {

bool is_port(std::string_view text) {
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return text.size() <= 5;
}

void skip_space(std::string_view& text) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
}

bool take(std::string_view& text, char c) {
  skip_space(text);
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  skip_space(text);
  return true;
}

bool take_token(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && is_token_character(text[n])) ++n;
  text.remove_prefix(n);
  return n != 0;
}

// RFC 6455 9.1: what a quoted value says, escapes removed, must itself be a token.
bool take_quoted(std::string_view& text) {
  std::size_t n = 0;
  while (!text.empty() && text[0] != '"') {
    if (text[0] == '\\') text.remove_prefix(1);
    if (text.empty() || !is_token_character(text[0])) return false;
    text.remove_prefix(1);
    ++n;
  }
  if (text.empty() || n == 0) return false;
  text.remove_prefix(1);
  return true;
}

bool take_extension(std::string_view& text) {
  if (!take_token(text)) return false;
  while (take(text, ';')) {
    if (!take_token(text)) return false;
    if (!take(text, '=')) continue;
    const bool quoted = take(text, '"');
    if (!(quoted ? take_quoted(text) : take_token(text))) return false;
  }
  return true;
}

}  // namespace

bool is_authority(std::string_view text) {
  if (text.empty()) return false;
  std::size_t end = 0;
  if (text[0] == '[') {
    end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    for (const char c : detail::slice(text, 1, end - 1)) {
      if (!is_token_character(c) && c != ':') return false;
    }
    ++end;
  } else {
    while (end < text.size() && (is_token_character(text[end]) && text[end] != '|' && text[end] != '#')) ++end;
  }
  if (end == text.size()) return true;
  return end != 0 && text[end] == ':' && is_port(detail::slice(text, end + 1));
}

bool is_key(std::string_view text) {
  if (text.size() != kKeyText || detail::slice(text, kKeyText - 2) != "==") return false;
  for (const char c : detail::slice(text, 0, kKeyText - 2)) {
    if (base64_value(c) < 0) return false;
  }
  return true;
}

bool is_extension_list(std::string_view text) {
  bool any = false;
  skip_space(text);
  while (!text.empty()) {
    if (text[0] != ',') {
      if (!take_extension(text)) return false;
      any = true;
      skip_space(text);
      if (text.empty()) break;
    }
    if (!take(text, ',')) return false;
  }
  return any;
}

}  // namespace whit::detail
