// The grammar of HTTP fields (RFC 9110 5), beside what grammar.hpp has: tokens, lists.
#pragma once

#include <string_view>

#include "whit/detail/grammar.hpp"

namespace whit::detail {

/// A part of a text, clamped to it. Not string_view::substr(), which links the throwing of exceptions.
[[nodiscard]] constexpr std::string_view slice(std::string_view text, std::size_t from,
                                               std::size_t size = std::string_view::npos) {
  if (from > text.size()) from = text.size();
  const std::size_t left = text.size() - from;
  return {text.data() + from, size < left ? size : left};
}
[[nodiscard]] constexpr char lower(char c) {
  return static_cast<unsigned>(c - 'A') < 26 ? static_cast<char>(c | 0x20) : c;
}

/// The first byte that may not stand in a token, or the end.
[[nodiscard]] inline const char* token_end(const char* text, const char* end) {
  return find_unclean(text, end, Set::not_in_tokens);
}
[[nodiscard]] inline bool is_token(std::string_view text) {
  const char* const end = text.data() + text.size();
  return !text.empty() && token_end(text.data(), end) == end;
}
[[nodiscard]] inline bool is_token_character(char c) { return is_token({&c, 1}); }

[[nodiscard]] inline bool equal_names(std::string_view a, std::string_view b) {
  return a.size() == b.size() && equal(a.data(), b.data(), a.size(), kAnyCase);
}

/// The size of a text that does not begin with a blank, without the blanks at its end.
[[nodiscard]] inline std::size_t trimmed_size(const char* text, const char* end) {
  while (end != text && is_blank(end[-1])) --end;
  return static_cast<std::size_t>(end - text);
}
/// Leaves out blanks and tabs at both ends.
[[nodiscard]] inline std::string_view trim(std::string_view text) {
  const char* const end = text.data() + text.size();
  const char* const from = skip_blanks(text.data(), end);
  return {from, trimmed_size(from, end)};
}

/// Takes the next member off a comma-separated list, trimmed; it may be empty. `list.data()` is null after the last.
[[nodiscard]] std::string_view next_member(std::string_view& list);
[[nodiscard]] inline bool list_has(std::string_view list, std::string_view member) {
  return find_member(list.data(), list.data() + list.size(), member.data(), member.size()) >= 0;
}

}  // namespace whit::detail
