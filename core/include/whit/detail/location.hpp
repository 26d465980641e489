// Where a redirect leads (RFC 3986 5.2, RFC 9110 10.2.2).
#pragma once

#include <cstddef>
#include <string_view>

#include "whit/bytes.hpp"

namespace whit::detail {

/// Resolves `location` against the absolute URL `base` into `out` and returns how many bytes were written: an absolute
/// URL without a fragment. 0 if it does not fit, or is not a URL that may be connected to. `out` must not overlap the
/// others.
std::size_t resolve_location(std::string_view base, std::string_view location, MutBytes out);

}  // namespace whit::detail
