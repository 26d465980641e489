// The socket calls of the system, under one set of names: the rest of the port calls nothing else of it.
//
// Each of the folders libc/ and lwip/ has a system.hpp with the types and constants of POSIX's socket headers, the
// macro WHIT_POSIX_IPV6 (0 or 1), and in the namespace `sys` these functions, which set errno as POSIX says:
//
//   open_tcp(family)               a TCP socket that does not block and is closed at exec, where there is such a thing
//   accept_tcp(listener)           the next connection, the same way
//   set_non_blocking(fd)           the same for a socket from elsewhere; false with errno
//   connect, bind, listen, getsockname, setsockopt, shutdown, close, recv, inet_pton      as in POSIX
//   send(fd, data, size)           without SIGPIPE
//   poll(fds, count, timeout_ms)   as in POSIX
//   connect_result(fd)             0 or the errno of a connect that has ended
//   network_order(number)          16 bits to or from the order of the network
//
// and the constants kMaxAddresses (of one name; further ones are not tried) and kResolverSlots (lookups that
// system_resolver() runs at once). The folders also define now() and system_resolver().
#pragma once

#if defined(WHIT_POSIX_OVER_LWIP)
#include "posix/lwip/system.hpp"
#else
#include "posix/libc/system.hpp"
#endif
