#include "lwip/tcp.hpp"

#include "lwip/clock.hpp"
#include "lwip/lock.hpp"

namespace whit::lwip {
namespace {

static_assert(static_cast<unsigned>(Sending::copy) == TCP_WRITE_FLAG_COPY &&
              static_cast<unsigned>(Sending::in_place) == 0);

}  // namespace

void Tcp::adopt(Stream& accepted) {
  const Lock lock;
  leave(Error::none);
  take(accepted);
#if LWIP_IPV4 && LWIP_IPV6
  left_ = 0;
  first_error_ = Error::none;
#endif
}

// lwIP cuts off what came before by emptying pbufs, and those of headers alone are empty, too. They stand before bytes,
// never at the end, and go with these.
MutBytes Tcp::rx() {
  const Lock lock;
  for (const pbuf* each = rx_; each != nullptr; each = each->next) {
    if (each->len > 0) return {static_cast<std::uint8_t*>(each->payload), each->len};
  }
  return {};
}

void Tcp::rx_consume(std::size_t n) {
  const Lock lock;
  if (n == 0) return;
  rx_ = pbuf_free_header(rx_, static_cast<u16_t>(n));
  if (pcb_ != nullptr) tcp_recved(pcb_, static_cast<u16_t>(n));
  if (link_ > Link::up) due_ = Deadline::immediately();  // poll() tells the end now
}

// As much as lwIP takes. It takes all or nothing of a call, so it is offered a segment at a time.
std::size_t Tcp::tx(Bytes front) {
  const Lock lock;
  tcp_pcb* const pcb = pcb_;
  if (pcb == nullptr || link_ == Link::connecting) return 0;
  std::size_t given = given_;
  err_t result = ERR_OK;
  for (;;) {
    auto n = static_cast<std::ptrdiff_t>(front.size() - given);
    if (n > tcp_mss(pcb)) n = tcp_mss(pcb);
    if (n > tcp_sndbuf(pcb)) n = tcp_sndbuf(pcb);  // an acknowledgement will wake us
    if (n <= 0) break;
    result = tcp_write(pcb, front.data() + given, static_cast<u16_t>(n), static_cast<u8_t>(sending_));
    if (result != ERR_OK) break;
    given += static_cast<std::size_t>(n);
  }
  std::size_t taken = acked_;
  if (sending_ == Sending::copy) taken = given;
  given_ = given - taken;
  acked_ = 0;
  flush(result);
  return taken;
}

// Sends what is queued. What failed, here or before, for lack of memory or because the driver is busy, is tried again
// soon: lwIP's own timers come back to it some 250 ms later.
void Tcp::flush(int result) {
  if (pcb_ != nullptr) result |= tcp_output(pcb_);
  if (result != ERR_OK) due_ = Deadline::at(lwip::now() + kRetryMs);
}

std::size_t Tcp::tx_held() const {
  const Lock lock;
  return given_;
}

void Tcp::close(How how) {
  const Lock lock;
  if (how == How::graceful && (link_ == Link::up || link_ == Link::eof)) {
    if (pcb_ != nullptr) tcp_shutdown(pcb_, 0, 1);  // out of memory: lwIP remembers and sends the FIN later
    return;
  }
  leave(Error::none);
}

Deadline Tcp::next_deadline() const {
  const Lock lock;
  return due_;
}

}  // namespace whit::lwip
