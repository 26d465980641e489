// The constants that bound what a peer can make us do.
#pragma once

#include <cstddef>

#include "whit/detail/frame.hpp"

/// 0 leaves the server role out of the engine, for an image that only ever is a client (CMake: WHIT_SERVER=OFF). It is
/// the same for everything that is linked together.
#ifndef WHIT_SERVER
#define WHIT_SERVER 1
#endif

namespace whit {

inline constexpr bool kServerRole = WHIT_SERVER != 0;

inline constexpr std::size_t kMinRing = detail::kMaxControlFrame;  ///< 131: a whole control frame, masked.
/// Bytes of a subprotocol's name: the field of the response that tells the chosen one has to fit where lines are read.
inline constexpr std::size_t kMaxSubprotocol = detail::kMaxControl - (sizeof "Sec-WebSocket-Protocol: " - 1);
inline constexpr unsigned kMaxEmptyFragments = 1000;  ///< In a row, before the link closes with 1008.
inline constexpr unsigned kMaxFramesPerPoll = 64;     ///< Without an event; the next poll goes on.

}  // namespace whit
