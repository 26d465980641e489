// The constants that bound what a peer can make us do.
#pragma once

#include <cstddef>

#include "whit/detail/frame.hpp"

namespace whit {

inline constexpr std::size_t kMinRing = detail::kMaxControlFrame;  ///< 131: a whole control frame, masked.
inline constexpr unsigned kMaxEmptyFragments = 1000;               ///< In a row, before the link closes with 1008.
inline constexpr unsigned kMaxFramesPerPoll = 64;                  ///< Without an event; the next poll goes on.

}  // namespace whit
