// The grammar of HTTP fields (RFC 9110 5): tokens, lists, comparison without case.
#pragma once

#include <cstdint>
#include <string_view>

#include "wire/place.hpp"

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

// What the client uses takes pointers and sizes: views by value would cost it a detour over the stack each time.

/// Sets of characters.
inline constexpr char kSets[] =
    " \"(),/:;<=>?@[\\]{}\0"
    " \"#%<>\\^`{|}\0"
    "/?@\0?\0/@, \0:";
enum class Set : std::uint8_t {
  none = place(kSets, ""),
  blank = place(kSets, " "),
  colon = place(kSets, ":"),
  question = place(kSets, "?"),
  not_in_tokens = place(kSets, " \"(),/:;<=>?@[\\]{}"),  // RFC 9110 5.6.2
  not_in_urls = place(kSets, " \"#%<>\\^`{|}"),          // RFC 3986 2
  after_authority = place(kSets, "/?@"),
  not_in_hosts = place(kSets, "/@, "),
};

/// The first byte that is a control or in a set, or the end. HTAB and what is not ASCII count as a space.
[[nodiscard]] const char* find_unclean(const char* text, const char* end, Set set);
/// The first byte that may not stand in a token, or the end.
[[nodiscard]] inline const char* token_end(const char* text, const char* end) {
  return find_unclean(text, end, Set::not_in_tokens);
}
[[nodiscard]] inline bool is_token(std::string_view text) {
  const char* const end = text.data() + text.size();
  return !text.empty() && token_end(text.data(), end) == end;
}
[[nodiscard]] inline bool is_token_character(char c) { return is_token({&c, 1}); }

/// Equal; with kAnyCase but for the case of ASCII letters.
enum Case : int { kExactly = 0, kAnyCase = 0x20 };
[[nodiscard]] bool equal(const char* a, const char* b, std::size_t size, Case letters);
[[nodiscard]] inline bool equal_names(std::string_view a, std::string_view b) {
  return a.size() == b.size() && equal(a.data(), b.data(), a.size(), kAnyCase);
}

[[nodiscard]] constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
/// The first byte that is not a blank, or the end.
[[nodiscard]] const char* skip_blanks(const char* text, const char* end);
/// The size of a text that does not begin with a blank, without the blanks at its end.
[[nodiscard]] inline std::size_t trimmed_size(const char* text, const char* end) {
  while (end != text && is_blank(end[-1])) --end;
  return static_cast<std::size_t>(end - text);
}
/// The first of some texts that is equal to one, or the end.
[[nodiscard]] const std::string_view* find_text(const std::string_view* at, const std::string_view* end,
                                                const std::string_view& text, Case letters);

/// Leaves out blanks and tabs at both ends.
[[nodiscard]] inline std::string_view trim(std::string_view text) {
  const char* const end = text.data() + text.size();
  const char* const from = skip_blanks(text.data(), end);
  return {from, trimmed_size(from, end)};
}

/// Takes the next member off a comma-separated list, trimmed; it may be empty. `list.data()` is null after the last.
[[nodiscard]] std::string_view next_member(std::string_view& list);
/// Which member of a list has this name, whatever its case; -1 if none.
[[nodiscard]] int find_member(const char* list, const char* end, const char* name, std::size_t size);
[[nodiscard]] inline bool list_has(std::string_view list, std::string_view member) {
  return find_member(list.data(), list.data() + list.size(), member.data(), member.size()) >= 0;
}

}  // namespace whit::detail
