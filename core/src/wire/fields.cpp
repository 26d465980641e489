#include "wire/fields.hpp"

namespace whit::detail {

std::string_view next_member(std::string_view& list) {
  std::size_t n = 0;
  while (n < list.size() && list[n] != ',') ++n;
  const std::string_view member = trim(slice(list, 0, n));
  list = n < list.size() ? slice(list, n + 1) : std::string_view();
  return member;
}

}  // namespace whit::detail
