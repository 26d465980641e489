#include "whit/detail/frame.hpp"

#include <cstring>

namespace whit::detail {

std::size_t write_header(std::uint8_t* to, std::uint8_t first, std::size_t size, bool masked, std::uint32_t key) {
  const std::uint8_t mask_bit = masked ? kMasked : 0;
  const std::uint8_t* const start = to;
  *to++ = first;
  if (size < 126) {
    *to++ = static_cast<std::uint8_t>(mask_bit | size);
  } else {
    // RFC 6455 5.2: the shortest form, network order.
    const std::size_t width = size <= 0xFFFF ? 2 : 8;
    *to++ = static_cast<std::uint8_t>(mask_bit | (width == 2 ? 126 : 127));
    for (std::size_t i = width; i != 0; size >>= 8) to[--i] = static_cast<std::uint8_t>(size);
    to += width;
  }
  if (masked) {
    std::memcpy(to, &key, sizeof key);
    to += sizeof key;
  }
  return static_cast<std::size_t>(to - start);
}

}  // namespace whit::detail
