#include "lwip/tcp.hpp"

#include "lwip/lock.hpp"

namespace whit::lwip {
namespace {

// How soon to try again what failed for lack of memory. lwIP's own timers go by 250 ms; pbufs usually come back sooner.
constexpr std::uint32_t kRetryMs = 20;
constexpr std::size_t kMost = 0xFFFF;  // lwIP counts in 16 bits

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

}  // namespace

Status Tcp::connect(std::string_view host, std::uint16_t port) {
  const Lock lock;
  if (link_ != Link::idle) return Status::invalid_state;
  host_ = host;
  port_ = port;
#if LWIP_IPV4 && LWIP_IPV6
  wants_ipv6_ = options_.prefer_ipv6;
  last_ = false;
  first_error_ = Error::none;
#endif
  begin();
  return Status::ok;  // the first poll() brings the time
}

void Tcp::begin() {
  link_ = Link::connecting;
  late_ = Error::out_of_resources;
  found_ = false;
  give_up_ = due_ = Deadline::immediately();
}

void Tcp::adopt(Stream& accepted) {
  const Lock lock;
  forget();
  take(accepted);
  due_ = Deadline::immediately();
}

Link Tcp::poll(Instant now) {
  const Lock lock;
  now_ = now;
  due_ = Deadline::never();
  if (link_ == Link::connecting) advance();
  return rx_ != nullptr ? Link::up : link_;
}

void Tcp::advance() {
  // A lookup and a connection have the same time each; it runs from here.
  if (give_up_.is_immediate()) {
    give_up_ = options_.attempt_timeout_ms == 0 ? Deadline::never() : Deadline::at(now_ + options_.attempt_timeout_ms);
  }
  due_ = give_up_;
  if (error_ == Error::none && give_up_.ms_left(now_) == 0) error_ = late_;
  if (error_ == Error::none && late_ == Error::out_of_resources) dial();
  if (error_ != Error::none) attempt_failed();
}

// What begins next: the lookup, or the connection to the address that was found. Unless there is no memory for it, all
// else comes by lwIP's callbacks.
void Tcp::dial() {
  err_t result = ERR_OK;
  if (!found_) result = ask();
  if (result == ERR_OK) {
    found_ = true;
    result = connect_to_address();
  }
  switch (result) {
    case ERR_OK: late_ = Error::transport_timeout; break;
    case ERR_INPROGRESS: late_ = Error::name_lookup_failed; break;
    case ERR_ARG: error_ = Error::name_not_found; break;
    case ERR_VAL: error_ = Error::name_lookup_failed; break;
    case ERR_RTE: error_ = Error::host_unreachable; break;
    default: due_ = Deadline::at(now_ + kRetryMs);
  }
}

err_t Tcp::connect_to_address() {
  tcp_pcb* pcb = tcp_new_ip_type(IP_GET_TYPE(&address_));
  if (pcb == nullptr) return ERR_MEM;
  listen_to(pcb);
  const err_t result = tcp_connect(pcb, &address_, port_, on_connected);
  if (result != ERR_OK) drop(Link::connecting, Error::none);
  return result;
}

// The other family, or the end.
void Tcp::attempt_failed() {
  forget();
#if LWIP_IPV4 && LWIP_IPV6
  if (weight(error_) > weight(first_error_)) first_error_ = error_;
  if (!last_) {
    last_ = true;
    wants_ipv6_ = !wants_ipv6_;
    drop(Link::idle, Error::none);
    return begin();
  }
  error_ = first_error_;
#endif
  drop(Link::failed, error_);
}

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

// As much as lwIP takes. It takes all or nothing of a call, so what does not fit is tried in smaller pieces.
std::size_t Tcp::tx(Bytes front) {
  const Lock lock;
  if (pcb_ == nullptr || link_ == Link::connecting) return 0;
  for (std::ptrdiff_t most = kMost; most > TCP_MSS / 2;) {
    auto n = static_cast<std::ptrdiff_t>(front.size() - given_);
    if (n > tcp_sndbuf(pcb_)) n = tcp_sndbuf(pcb_);  // an acknowledgement will wake us
    if (n > most) n = most;
    if (n <= 0) break;
    const err_t result =
        tcp_write(pcb_, front.data() + given_, static_cast<u16_t>(n), static_cast<u8_t>(options_.sending));
    if (result == ERR_OK) {
      given_ += static_cast<std::size_t>(n);
      continue;
    }
    if (result == ERR_MEM) due_ = Deadline::at(now_ + kRetryMs);
    most = n / 2;
  }
  tcp_output(pcb_);  // out of memory here is no loss: lwIP's timer comes back to what is queued
  if (options_.sending == Sending::copy) acked_ = given_;
  const std::size_t taken = acked_;
  given_ -= taken;
  acked_ = 0;
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
  forget();
  drop(Link::idle, Error::none);
}

Deadline Tcp::next_deadline() const {
  const Lock lock;
  return due_;
}

}  // namespace whit::lwip
