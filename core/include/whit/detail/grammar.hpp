// Characters and lists, as URLs and HTTP fields have them (RFC 3986, RFC 9110 5). The compiler can do all of it, too:
// for what is known when an image is built, nothing has to be in the image.
#pragma once

#include <cstddef>
#include <cstdint>

#include "whit/detail/place.hpp"

namespace whit::detail {

// All take pointers and sizes: views by value would cost a Cortex-M a detour over the stack each time.

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
[[nodiscard, gnu::noinline]] constexpr const char* find_unclean(const char* text, const char* end, Set set) {
  for (; text != end; ++text) {
    auto byte = static_cast<std::uint8_t>(*text);
    if (byte == '\t' || byte > 0x7F) byte = ' ';
    if (byte < ' ' || byte == 0x7F) break;
    for (const char* bad = kSets + static_cast<unsigned>(set); *bad != '\0'; ++bad) {
      if (*bad == static_cast<char>(byte)) return text;
    }
  }
  return text;
}

/// Equal; with kAnyCase but for the case of ASCII letters.
enum Case : int { kExactly = 0, kAnyCase = 0x20 };
[[nodiscard, gnu::noinline]] constexpr bool equal(const char* a, const char* b, std::size_t size, Case letters) {
  for (; size != 0; --size) {
    const int one = static_cast<std::uint8_t>(*a++), other = static_cast<std::uint8_t>(*b++);
    if (one == other) continue;
    if ((one ^ other) != letters || static_cast<unsigned>((one | other) - 'a') >= 26) return false;
  }
  return true;
}

[[nodiscard]] constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
/// The first byte that is not a blank, or the end.
[[nodiscard, gnu::noinline]] constexpr const char* skip_blanks(const char* text, const char* end) {
  while (text != end && is_blank(*text)) ++text;
  return text;
}

/// Which member of a comma-separated list has this name, whatever its case; -1 if none.
[[nodiscard, gnu::noinline]] constexpr int find_member(const char* list, const char* end, const char* name,
                                                       std::size_t size) {
  for (int index = 0;; ++index, ++list) {
    list = skip_blanks(list, end);
    if (static_cast<std::size_t>(end - list) >= size && equal(list, name, size, kAnyCase)) {
      const char* const behind = skip_blanks(list + size, end);
      if (behind == end || *behind == ',') return index;
    }
    while (list != end && *list != ',') ++list;
    if (list == end) return -1;
  }
}

}  // namespace whit::detail
