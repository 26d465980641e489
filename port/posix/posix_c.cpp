#include <new>

#include "posix/clock.hpp"
#include "posix/posix.h"
#include "posix/tcp.hpp"

using whit::posix::Tcp;
static_assert(sizeof(Tcp) <= sizeof(whit_posix_tcp) && alignof(Tcp) <= alignof(whit_posix_tcp));

whit_transport* whit_posix_tcp_init(whit_posix_tcp* storage, std::uint8_t* rx, std::size_t rx_size) {
  whit::Transport* transport = new (storage->bytes) Tcp(whit::MutBytes(rx, rx_size));
  return reinterpret_cast<whit_transport*>(transport);
}

void whit_posix_wait(whit_posix_tcp* tcp, std::uint32_t ms) {
  using whit::Deadline;
  const Deadline deadline = ms == Deadline::kForever ? Deadline::never() : Deadline::at(whit::posix::now() + ms);
  std::launder(reinterpret_cast<Tcp*>(tcp->bytes))->wait(deadline);
}

std::uint32_t whit_posix_now_ms(void) { return whit::posix::now().ms; }
