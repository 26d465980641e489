#include "lwip/stream.hpp"

#include "lwip/pbuf.h"

namespace whit::lwip {
namespace {

constexpr std::size_t kMost = 0xFFFF;  // lwIP counts in 16 bits

Stream& self_of(void* self) { return *static_cast<Stream*>(self); }

// Bytes that fit behind those of a pbuf of the pool; none behind others, whose memory belongs to a driver.
std::size_t room_behind(const pbuf* part) {
  if (pbuf_get_allocsrc(part) != PBUF_TYPE_ALLOC_SRC_MASK_STD_MEMP_PBUF_POOL || part->ref != 1) return 0;
  const auto* memory = reinterpret_cast<const std::uint8_t*>(part) + LWIP_MEM_ALIGN_SIZE(sizeof(pbuf));
  const auto* end = static_cast<const std::uint8_t*>(part->payload) + part->len;
  return LWIP_MEM_ALIGN_SIZE(PBUF_POOL_BUFSIZE) - static_cast<std::size_t>(end - memory);
}

// Small segments would take a pbuf each until the pool is empty, and then no acknowledgement could come in either: what
// fits goes behind what is there.
void append(pbuf* chain, pbuf* data) {
  pbuf* last = chain;
  while (last->next != nullptr) last = last->next;
  const u16_t size = data->tot_len;
  if (size > room_behind(last)) {
    pbuf_cat(chain, data);
    return;
  }
  pbuf_copy_partial(data, static_cast<std::uint8_t*>(last->payload) + last->len, size, 0);
  pbuf_free(data);
  last->len = static_cast<u16_t>(last->len + size);
  for (pbuf* part = chain; part != nullptr; part = part->next) part->tot_len = static_cast<u16_t>(part->tot_len + size);
}

}  // namespace

err_t Stream::connect(const ip_addr_t& address, std::uint16_t port) {
  tcp_pcb* pcb = tcp_new_ip_type(IP_GET_TYPE(&address));
  if (pcb == nullptr) return ERR_MEM;
  listen_to(pcb);
  const err_t result = tcp_connect(pcb, &address, port, on_connected);
  if (result != ERR_OK) abort();
  return result;
}

void Stream::attach(tcp_pcb* pcb) {
  open_ = true;
  listen_to(pcb);
}

void Stream::listen_to(tcp_pcb* pcb) {
  pcb_ = pcb;
  tcp_arg(pcb, this);
  tcp_recv(pcb, on_received);
  tcp_sent(pcb, on_sent);
  tcp_err(pcb, on_error);
  tcp_nagle_disable(pcb);  // whit itself gathers what belongs together
}

void Stream::take(Stream& other) {
  abort();
  pcb_ = other.pcb_;
  rx_ = other.rx_;
  error_ = other.error_;
  open_ = other.open_;
  eof_ = other.eof_;
  other.pcb_ = nullptr;
  other.rx_ = nullptr;
  other.abort();
  if (pcb_ != nullptr) listen_to(pcb_);
}

err_t Stream::on_connected(void* self, tcp_pcb*, err_t) {
  self_of(self).open_ = true;
  self_of(self).news();
  return ERR_OK;
}

err_t Stream::on_received(void* self, tcp_pcb*, pbuf* data, err_t error) {
  Stream& stream = self_of(self);
  if (data == nullptr) {
    stream.eof_ = true;
    stream.leave_if_over();
  } else if (error != ERR_OK) {
    pbuf_free(data);
  } else if (stream.rx_ == nullptr) {
    stream.rx_ = data;
  } else {
    append(stream.rx_, data);
  }
  stream.news();
  return ERR_OK;
}

err_t Stream::on_sent(void* self, tcp_pcb*, u16_t n) {
  Stream& stream = self_of(self);
  // Bytes that were copied were forgotten when they were given.
  if (stream.given_ > 0) stream.acked_ += n;
  stream.starved_ = false;
  stream.leave_if_over();
  stream.news();
  return ERR_OK;
}

void Stream::on_error(void* self, err_t error) {
  Stream& stream = self_of(self);
  stream.pcb_ = nullptr;  // lwIP has freed it
  stream.given_ = stream.acked_ = 0;
  // ERR_CLSD: our FIN was acknowledged after the peer's had come. That is an end and no failure.
  if (error != ERR_CLSD) stream.error_ = error;
  stream.news();
}

MutBytes Stream::rx() const {
  if (rx_ == nullptr) return {};
  return {static_cast<std::uint8_t*>(rx_->payload), rx_->len};
}

void Stream::consume(std::size_t n) {
  if (n == 0) return;
  rx_ = pbuf_free_header(rx_, static_cast<u16_t>(n));
  if (pcb_ != nullptr) tcp_recved(pcb_, static_cast<u16_t>(n));
}

std::size_t Stream::tx(Bytes front, Sending sending) {
  if (pcb_ == nullptr || ended_) return 0;
  starved_ = false;
  if (sending == Sending::copy) return give(front, TCP_WRITE_FLAG_COPY);
  const std::size_t taken = acked_;
  acked_ = 0;
  if (front.size() > given_) given_ += give(front.drop(given_), 0);
  given_ -= taken;
  return taken;
}

// As much as lwIP takes. It takes all or nothing of a call, so what does not fit is tried in smaller pieces.
std::size_t Stream::give(Bytes bytes, u8_t flags) {
  std::size_t done = 0;
  std::size_t piece = bytes.size() < kMost ? bytes.size() : kMost;
  while (done < bytes.size()) {
    const std::size_t room = tcp_sndbuf(pcb_);
    if (room == 0) break;  // an acknowledgement will wake us
    if (piece > room) piece = room;
    if (piece > bytes.size() - done) piece = bytes.size() - done;
    const err_t result = tcp_write(pcb_, bytes.data() + done, static_cast<u16_t>(piece), flags);
    if (result == ERR_OK) {
      done += piece;
      continue;
    }
    starved_ = true;
    const std::size_t segment = tcp_mss(pcb_);
    if (result != ERR_MEM || piece <= segment) break;
    piece = piece / 2 > segment ? piece / 2 : segment;
  }
  if (done > 0) tcp_output(pcb_);  // out of memory here is no loss: lwIP's timer comes back to what is queued
  return done;
}

void Stream::end() {
  if (pcb_ == nullptr || ended_ || !open_) return;
  ended_ = true;
  tcp_shutdown(pcb_, 0, 1);  // out of memory: lwIP remembers and sends the FIN later
  leave_if_over();
}

// Once both directions have ended and nothing of ours is referred to any more, the connection is lwIP's alone: it
// answers a repeated FIN, and frees the pcb without telling anyone.
void Stream::leave_if_over() {
  if (pcb_ != nullptr && ended_ && eof_ && given_ == acked_ && pcb_->state != LAST_ACK) release();
}

void Stream::release() {
  tcp_arg(pcb_, nullptr);
  tcp_recv(pcb_, nullptr);
  tcp_sent(pcb_, nullptr);
  tcp_err(pcb_, nullptr);
  pcb_ = nullptr;
}

void Stream::abort() {
  if (pcb_ != nullptr) {
    tcp_pcb* pcb = pcb_;
    const bool over = ended_ && eof_ && given_ == acked_ && rx_ == nullptr;
    release();
    if (!over) tcp_abort(pcb);
  }
  if (rx_ != nullptr) pbuf_free(rx_);
  rx_ = nullptr;
  given_ = acked_ = 0;
  error_ = ERR_OK;
  open_ = eof_ = ended_ = starved_ = false;
}

}  // namespace whit::lwip
