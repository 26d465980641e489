#include "wire/fields.hpp"

#include <cstdint>

namespace whit::detail {

const char* find_unclean(const char* text, const char* end, const char* but) {
  for (; text != end; ++text) {
    auto byte = static_cast<std::uint8_t>(*text);
    if (byte == '\t' || byte > 0x7F) byte = ' ';
    if (byte < ' ' || byte == 0x7F) break;
    for (const char* bad = but; *bad != '\0'; ++bad) {
      if (*bad == static_cast<char>(byte)) return text;
    }
  }
  return text;
}

bool equal_letters(const char* a, const char* b, std::size_t size) {
  for (; size != 0; --size) {
    if (lower(*a++) != lower(*b++)) return false;
  }
  return true;
}

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

const char* trim(const char*& from, const char* to) {
  while (from != to && is_blank(*from)) ++from;
  while (from != to && is_blank(to[-1])) --to;
  return to;
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
    const char* from = list;
    while (list != end && *list != ',') ++list;
    const char* to = trim(from, list);
    if (static_cast<std::size_t>(to - from) == size && equal_letters(from, name, size)) return index;
    if (list == end) return -1;
  }
}

}  // namespace whit::detail
