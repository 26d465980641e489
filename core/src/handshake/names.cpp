#include "handshake/names.hpp"

#include "wire/fields.hpp"

namespace whit::detail {

namespace {

constexpr std::size_t kPrefixSize = sizeof kPrefix - 1;

}  // namespace

unsigned find_field(const char* name, std::size_t size) {
  unsigned field = kUpgrade;
  if (size >= kPrefixSize && equal(name, kPrefix, kPrefixSize, kAnyCase)) {
    name += kPrefixSize;
    size -= kPrefixSize;
    field += kSecWebSocket;
  }
  return field + static_cast<unsigned>(find_member(kNames, kNames + sizeof kNames - 1, name, size));
}

}  // namespace whit::detail
