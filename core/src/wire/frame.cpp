#include "whit/detail/frame.hpp"

namespace whit::detail {

std::size_t write_header(std::uint8_t* to, std::uint8_t first, std::size_t size, bool masked) {
  const std::uint8_t mask_bit = masked ? kMasked : 0;
  to[0] = first;
  if (size < 126) {
    to[1] = static_cast<std::uint8_t>(mask_bit | size);
    return 2;
  }
  // RFC 6455 5.2: the shortest form, network order.
  const std::size_t width = size <= 0xFFFF ? 2 : 8;
  to[1] = static_cast<std::uint8_t>(mask_bit | (width == 2 ? 126 : 127));
  for (std::size_t i = width + 1; i > 1; --i) {
    to[i] = static_cast<std::uint8_t>(size);
    size >>= 8;
  }
  return 2 + width;
}

}  // namespace whit::detail
