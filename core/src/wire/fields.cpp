#include "wire/fields.hpp"

namespace whit::detail {

const std::string_view* find_text(const std::string_view* at, const std::string_view* end, const std::string_view& text,
                                  Case letters) {
  while (at != end && (at->size() != text.size() || !equal(at->data(), text.data(), text.size(), letters))) ++at;
  return at;
}

std::string_view next_member(std::string_view& list) {
  std::size_t n = 0;
  while (n < list.size() && list[n] != ',') ++n;
  const std::string_view member = trim(slice(list, 0, n));
  list = n < list.size() ? slice(list, n + 1) : std::string_view();
  return member;
}

}  // namespace whit::detail
