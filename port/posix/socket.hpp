// The few things about BSD sockets that differ between systems or are easy to forget.
#pragma once

#include "whit/error.hpp"

namespace whit::posix {

/// A TCP socket that is ready for use; -1 with errno if there is none.
[[nodiscard]] int open_socket(int family);
/// Non-blocking, closed at exec, without Nagle's delay and without SIGPIPE. False with errno.
[[nodiscard]] bool prepare_socket(int fd);
/// Closes and forgets; nothing if `fd` is -1.
void close_socket(int& fd);

/// EAGAIN under any of its names.
[[nodiscard]] bool is_not_now(int code);
/// What an errno of a socket call means to whit.
[[nodiscard]] Error error_from_errno(int code);

}  // namespace whit::posix
