// URLs that the compiler parses: a wrong one is an error of the build, and the image needs no parser.
#pragma once

#include "whit/detail/url_reader.hpp"
#include "whit/url.hpp"

namespace whit {
namespace detail {
inline void this_is_not_a_url() {}  // not constexpr, so that the compiler stops here
}  // namespace detail

namespace literals {

/// `using namespace whit::literals; static constexpr whit::Url kUrl = "wss://device.example/telemetry"_url;`
/// What parse_url() would refuse does not compile; where it is not evaluated by the compiler (no constexpr), it becomes
/// an empty Url, which connect() refuses.
[[nodiscard]] constexpr Url operator""_url(const char* text, std::size_t size) {
  Url url;
  if (detail::read_url(text, text + size, url) == UrlError::none) return url;
  detail::this_is_not_a_url();
  return {};
}

}  // namespace literals
}  // namespace whit
