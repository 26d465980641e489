#include "wire/fields.hpp"

#include <cstdint>

namespace whit::detail {

bool is_token_character(char c) {
  // RFC 9110 5.6.2: letters, digits and !#$%&'*+-.^_`|~ ; one bit a character from 0x20 on.
  static constexpr std::uint32_t kBits[3] = {0x03FF6CFA, 0xC7FFFFFE, 0x57FFFFFF};
  const unsigned index = static_cast<unsigned char>(c) - 0x20u;
  return index < 96 && (kBits[index / 32] >> index % 32 & 1) != 0;
}

bool is_token(std::string_view text) {
  for (const char c : text) {
    if (!is_token_character(c)) return false;
  }
  return !text.empty();
}

bool equal_names(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view next_member(std::string_view& list) {
  std::size_t n = 0;
  while (n < list.size() && list[n] != ',') ++n;
  const std::string_view member = trim(detail::slice(list, 0, n));
  list = n < list.size() ? detail::slice(list, n + 1) : std::string_view();
  return member;
}

bool list_has(std::string_view list, std::string_view member) {
  while (list.data() != nullptr) {
    if (equal_names(next_member(list), member)) return true;
  }
  return false;
}

}  // namespace whit::detail
