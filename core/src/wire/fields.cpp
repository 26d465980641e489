#include "wire/fields.hpp"

#include <cstdint>

namespace whit::detail {

const char* find_unclean(const char* text, const char* end, Set set) {
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

bool equal(const char* a, const char* b, std::size_t size, Case letters) {
  for (; size != 0; --size) {
    const int one = static_cast<std::uint8_t>(*a++), other = static_cast<std::uint8_t>(*b++);
    if (one == other) continue;
    if ((one ^ other) != letters || static_cast<unsigned>((one | other) - 'a') >= 26) return false;
  }
  return true;
}

const std::string_view* find_text(const std::string_view* at, const std::string_view* end, const std::string_view& text,
                                  Case letters) {
  while (at != end && (at->size() != text.size() || !equal(at->data(), text.data(), text.size(), letters))) ++at;
  return at;
}

const char* skip_blanks(const char* text, const char* end) {
  while (text != end && is_blank(*text)) ++text;
  return text;
}

std::string_view next_member(std::string_view& list) {
  std::size_t n = 0;
  while (n < list.size() && list[n] != ',') ++n;
  const std::string_view member = trim(slice(list, 0, n));
  list = n < list.size() ? slice(list, n + 1) : std::string_view();
  return member;
}

int find_member(const char* list, const char* end, const char* name, std::size_t size) {
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
