#include "lwip/stream.hpp"

#include "lwip/pbuf.h"

namespace whit::lwip {
namespace {

Stream& self_of(void* self) { return *static_cast<Stream*>(self); }

// Small segments would take a pbuf each until the pool is empty, and then no acknowledgement could come in either: what
// fits goes behind what is there. That is so in a pbuf of the pool; the memory of others belongs to a driver.
// Nothing that is asked of this chain needs tot_len, which is not kept.
void append(pbuf** head, pbuf* data) {
  pbuf* last = *head;
  if (last == nullptr) {
    *head = data;
    return;
  }
  while (last->next != nullptr) last = last->next;
  if (last->type_internal == static_cast<u8_t>(PBUF_POOL) && last->ref == 1) {
    constexpr std::size_t kWhole = LWIP_MEM_ALIGN_SIZE(sizeof(pbuf)) + LWIP_MEM_ALIGN_SIZE(PBUF_POOL_BUFSIZE);
    std::uint8_t* behind = static_cast<std::uint8_t*>(last->payload) + last->len;
    if (behind + data->tot_len <= reinterpret_cast<std::uint8_t*>(last) + kWhole) {
      last->len = static_cast<u16_t>(last->len + pbuf_copy_partial(data, behind, data->tot_len, 0));
      pbuf_free(data);
      return;
    }
  }
  last->next = data;
}

}  // namespace

void Stream::attach(tcp_pcb* pcb) {
  link_ = Link::up;
  listen_to(pcb);
}

void Stream::listen_to(tcp_pcb* pcb) {
  pcb_ = pcb;
  // What tcp_arg(), tcp_recv() and the like do, for less flash than their calls.
  pcb->callback_arg = this;
  pcb->recv = on_received;
  pcb->sent = on_sent;
  pcb->errf = on_error;
  tcp_nagle_disable(pcb);  // whit itself gathers what belongs together
}

void Stream::take(Stream& other) {
  drop(Error::none);
  link_ = other.link_;
  error_ = other.error_;
  rx_ = other.rx_;
  if (other.pcb_ != nullptr) listen_to(other.pcb_);
  due_ = Deadline::immediately();
  other.pcb_ = nullptr;
  other.rx_ = nullptr;
  other.drop(Error::none);
}

err_t Stream::on_connected(void* self, tcp_pcb*, err_t) {
  Stream& stream = self_of(self);
  stream.link_ = Link::up;
#if LWIP_IPV4 && LWIP_IPV6
  stream.left_ = 0;  // what happens from now on explains itself
  stream.first_error_ = Error::none;
#endif
  return stream.news();
}

err_t Stream::on_received(void* self, tcp_pcb*, pbuf* data, err_t) {
  Stream& stream = self_of(self);
  if (data != nullptr) {
    append(&stream.rx_, data);
  } else {
    stream.link_ = Link::eof;
  }
  return stream.news();
}

err_t Stream::on_sent(void* self, tcp_pcb*, u16_t n) {
  Stream& stream = self_of(self);
  // Bytes that were copied were forgotten when they were given.
  if (stream.given_ > 0) stream.acked_ += n;
  return stream.news();
}

// ERR_RST: the peer. ERR_ABRT: the last retransmission stayed without an answer, or lwIP needed the pcb. ERR_CLSD: our
// FIN was acknowledged after the peer's had come, which is an end and no failure.
void Stream::on_error(void* self, err_t error) {
  Stream& stream = self_of(self);
  if (error != ERR_CLSD) {
    Error why = stream.link_ == Link::connecting ? Error::connection_refused : Error::connection_reset;
    if (error != ERR_RST) why = Error::transport_timeout;
    stream.error_ = why;
    stream.link_ = Link::failed;
  }
  stream.pcb_ = nullptr;  // lwIP has freed it
  stream.news();
}

err_t Stream::news() {
  due_ = Deadline::immediately();
  leave_if_over();
  if (wake_.call != nullptr) wake_.call(wake_.context);
  return ERR_OK;
}

// Receiving is not taken back: it is at its end where this is called, and the end itself may still have to be told.
inline tcp_pcb* Stream::release() {
  tcp_pcb* pcb = pcb_;
  pcb_ = nullptr;
  pcb->sent = nullptr;
  pcb->errf = nullptr;
  return pcb;
}

// Once both directions have ended (CLOSING, LAST_ACK, TIME_WAIT) and nothing of ours is referred to any more, the
// connection is lwIP's alone: it answers a repeated FIN, and frees the pcb without telling anyone.
void Stream::leave_if_over() {
  if (given_ == acked_ && pcb_ != nullptr && pcb_->state >= CLOSING) release();
}

void Stream::drop(Error error) {
  leave_if_over();
  if (pcb_ != nullptr) {
    pcb_->errf = nullptr;
    tcp_abort(pcb_);
  }
  if (rx_ != nullptr) pbuf_free(rx_);
  pcb_ = nullptr;
  rx_ = nullptr;
  given_ = acked_ = 0;
  due_ = Deadline::never();
  link_ = Link::idle;
  error_ = error;
}

}  // namespace whit::lwip
