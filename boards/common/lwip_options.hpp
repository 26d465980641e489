// How connections of a board send.
#pragma once

#include "lwip/tcp.hpp"

namespace whit::board {

inline lwip::TcpOptions tcp_options() {
  lwip::TcpOptions options;
#ifdef WHIT_COPY_ON_SEND
  options.sending = lwip::Sending::copy;
#endif
  return options;
}

}  // namespace whit::board
