#include "lwip/tcp.hpp"

#include "lwip/clock.hpp"
#include "lwip/lock.hpp"

namespace whit::lwip {
namespace {

// How soon to try again what failed for lack of memory. lwIP's own timers go by 250 ms; pbufs usually come back sooner.
constexpr std::uint32_t kRetryMs = 20;

static_assert(static_cast<unsigned>(Sending::copy) == TCP_WRITE_FLAG_COPY &&
              static_cast<unsigned>(Sending::in_place) == 0);

#if LWIP_IPV4 && LWIP_IPV6
// Of two attempts, the error of the one that came further explains best.
int weight(Error error) {
  switch (error) {
    case Error::none: return 0;
    case Error::name_not_found:
    case Error::name_lookup_failed: return 1;
    case Error::host_unreachable: return 2;
    default: return 3;
  }
}
#endif

// What an attempt is called that did not begin, or never ends.
Error meaning(err_t result) {
  switch (result) {
    case ERR_OK: return Error::transport_timeout;
    case ERR_INPROGRESS:
    case ERR_VAL: return Error::name_lookup_failed;
    case ERR_ARG: return Error::name_not_found;
    case ERR_RTE: return Error::host_unreachable;
    default: return Error::out_of_resources;
  }
}

}  // namespace

Status Tcp::connect(std::string_view host, std::uint16_t port) {
  const Lock lock;
  if (link_ != Link::idle) return Status::invalid_state;
  host_ = host;
  port_ = port;
#if LWIP_IPV4 && LWIP_IPV6
  wants_ipv6_ = prefer_ipv6_;
  last_ = false;
  first_error_ = Error::none;
#endif
  begin(false);
  return Status::ok;
}

// A lookup and a connection have the same time each.
void Tcp::begin(bool found) {
  link_ = Link::connecting;
  error_ = Error::none;
  late_ = Error::out_of_resources;
  found_ = found;
  due_ = Deadline::immediately();
  give_up_at_ = lwip::now() + attempt_timeout_ms_;
}

void Tcp::adopt(Stream& accepted) {
  const Lock lock;
  leave(Error::none);
  take(accepted);
#if LWIP_IPV4 && LWIP_IPV6
  last_ = true;
  first_error_ = Error::none;
#endif
}

Link Tcp::poll(Instant now) {
  const Lock lock;
  due_ = Deadline::never();
  if (link_ == Link::connecting) advance(now);
#if LWIP_IPV4 && LWIP_IPV6
  if (link_ == Link::failed) attempt_failed();
#endif
  return rx_ != nullptr ? Link::up : link_;
}

// Begins what comes next, the lookup or the connection to the address that was found. Unless there is no memory for it,
// all else comes by lwIP's callbacks.
inline void Tcp::advance(Instant now) {
  Instant due = give_up_at_;
  if (late_ == Error::out_of_resources) {
    const err_t result = start();
    late_ = meaning(result);
    if (late_ == Error::out_of_resources) {
      due = now + kRetryMs;
    } else if (result != ERR_OK && result != ERR_INPROGRESS) {
      give_up_at_ = now;
    }
  }
  due_ = Deadline::at(due);
  if (!reached(now, give_up_at_)) return;
  leave(late_);
  link_ = Link::failed;
}

// What fails here is tried again with the same pcb, or dropped with it.
err_t Tcp::start() {
  if (!found_) {
    const err_t result = ask();
    if (result != ERR_OK) return result;
  }
  if (pcb_ == nullptr) {
    tcp_pcb* pcb = tcp_new_ip_type(IP_GET_TYPE(&address_));
    if (pcb == nullptr) return ERR_MEM;
    listen_to(pcb);
  }
  return tcp_connect(pcb_, &address_, port_, on_connected);
}

#if LWIP_IPV4 && LWIP_IPV6
// The other family, or the end.
inline void Tcp::attempt_failed() {
  if (weight(first_error_) >= weight(error_)) error_ = first_error_;
  if (last_) return;
  last_ = true;
  first_error_ = error_;
  wants_ipv6_ = !wants_ipv6_;
  begin(false);
}
#endif

MutBytes Tcp::rx() {
  const Lock lock;
  if (rx_ == nullptr) return {};
  return {static_cast<std::uint8_t*>(rx_->payload), rx_->len};
}

void Tcp::rx_consume(std::size_t n) {
  const Lock lock;
  if (n == 0) return;
  rx_ = pbuf_free_header(rx_, static_cast<u16_t>(n));
  if (pcb_ != nullptr) tcp_recved(pcb_, static_cast<u16_t>(n));
  if (rx_ == nullptr && link_ > Link::up) due_ = Deadline::immediately();  // poll() tells the end now
}

// As much as lwIP takes. It takes all or nothing of a call, so it is offered a segment at a time.
std::size_t Tcp::tx(Bytes front) {
  const Lock lock;
  tcp_pcb* const pcb = pcb_;
  if (pcb == nullptr || link_ == Link::connecting) return 0;
  std::size_t given = given_;
  for (;;) {
    auto n = static_cast<std::ptrdiff_t>(front.size() - given);
    if (n > tcp_mss(pcb)) n = tcp_mss(pcb);
    if (n > tcp_sndbuf(pcb)) n = tcp_sndbuf(pcb);  // an acknowledgement will wake us
    if (n <= 0) break;
    if (tcp_write(pcb, front.data() + given, static_cast<u16_t>(n), static_cast<u8_t>(sending_)) != ERR_OK) {
      due_ = Deadline::at(lwip::now() + kRetryMs);
      break;
    }
    given += static_cast<std::size_t>(n);
  }
  const std::size_t taken = sending_ == Sending::copy ? given : acked_;
  acked_ = 0;
  given_ = given - taken;
  tcp_output(pcb);  // out of memory here is no loss: lwIP's timer comes back to what is queued
  return taken;
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
