// The grammar of HTTP fields (RFC 9110 5): tokens, lists, comparison without case.
#pragma once

#include <string_view>

namespace whit::detail {

/// A part of a text, clamped to it. Not string_view::substr(), which links the throwing of exceptions.
[[nodiscard]] constexpr std::string_view slice(std::string_view text, std::size_t from,
                                               std::size_t size = std::string_view::npos) {
  if (from > text.size()) from = text.size();
  const std::size_t left = text.size() - from;
  return {text.data() + from, size < left ? size : left};
}
[[nodiscard]] constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
[[nodiscard]] bool is_token_character(char c);
[[nodiscard]] bool is_token(std::string_view text);
/// Equal but for the case of ASCII letters.
[[nodiscard]] bool equal_names(std::string_view a, std::string_view b);
[[nodiscard]] std::string_view trim(std::string_view text);
/// Takes the next member off a comma-separated list, trimmed; it may be empty. `list.data()` is null after the last.
[[nodiscard]] std::string_view next_member(std::string_view& list);
/// Does a list have this member, whatever its case?
[[nodiscard]] bool list_has(std::string_view list, std::string_view member);

}  // namespace whit::detail
