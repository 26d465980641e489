#include "far_end.hpp"

#include <algorithm>

#include "lwip/pbuf.h"

namespace whit::lwip_test {
namespace {

FarEnd& of(void* self) { return *static_cast<FarEnd*>(self); }

}  // namespace

FarEnd::~FarEnd() {
  forget();
  if (listening_ != nullptr) tcp_close(listening_);
}

bool FarEnd::listen(std::uint16_t port) {
  if (listening_ != nullptr) return true;
  tcp_pcb* pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);
  if (pcb == nullptr) return false;
  if (tcp_bind(pcb, IP_ANY_TYPE, port) == ERR_OK) listening_ = tcp_listen(pcb);
  if (listening_ == nullptr) {
    tcp_close(pcb);
    return false;
  }
  tcp_arg(listening_, this);
  tcp_accept(listening_, on_accept);
  return true;
}

bool FarEnd::connect(const std::string& address, std::uint16_t port) {
  ip_addr_t to;
  tcp_pcb* pcb = ipaddr_aton(address.c_str(), &to) != 0 ? tcp_new_ip_type(IP_GET_TYPE(&to)) : nullptr;
  if (pcb == nullptr) return false;
  use(pcb);
  return tcp_connect(pcb, &to, port, on_connected) == ERR_OK;
}

void FarEnd::use(tcp_pcb* pcb) {
  pcb_ = pcb;
  tcp_arg(pcb, this);
  tcp_recv(pcb, on_received);
  tcp_err(pcb, on_error);
  tcp_nagle_disable(pcb);
}

err_t FarEnd::on_accept(void* self, tcp_pcb* pcb, err_t error) {
  if (error != ERR_OK || pcb == nullptr) return ERR_VAL;
  of(self).forget();
  of(self).use(pcb);
  of(self).connected_ = true;
  return ERR_OK;
}

err_t FarEnd::on_connected(void* self, tcp_pcb*, err_t) {
  of(self).connected_ = true;
  return ERR_OK;
}

err_t FarEnd::on_received(void* self, tcp_pcb*, pbuf* data, err_t) {
  FarEnd& end = of(self);
  if (data == nullptr) {
    end.eof_ = true;
    if (end.ended_) end.leave();  // both directions at their end: lwIP frees the pcb without telling
  } else if (end.rx_ == nullptr) {
    end.rx_ = data;
  } else {
    pbuf_cat(end.rx_, data);
  }
  return ERR_OK;
}

void FarEnd::on_error(void* self, err_t error) {
  of(self).pcb_ = nullptr;
  if (error != ERR_CLSD) of(self).failed_ = true;
}

tcp_pcb* FarEnd::leave() {
  tcp_pcb* pcb = pcb_;
  if (pcb == nullptr) return nullptr;
  tcp_arg(pcb, nullptr);
  tcp_recv(pcb, nullptr);
  tcp_err(pcb, nullptr);
  pcb_ = nullptr;
  return pcb;
}

void FarEnd::forget() {
  const bool over = ended_ && eof_;
  tcp_pcb* pcb = leave();
  if (pcb != nullptr && !over) tcp_abort(pcb);
  if (rx_ != nullptr) pbuf_free(rx_);
  rx_ = nullptr;
  connected_ = eof_ = ended_ = failed_ = false;
}

std::size_t FarEnd::send(Bytes bytes) {
  if (pcb_ == nullptr || !connected_ || ended_) return 0;
  std::size_t done = 0;
  while (done < bytes.size()) {
    const std::size_t n = std::min<std::size_t>({bytes.size() - done, tcp_sndbuf(pcb_), tcp_mss(pcb_)});
    if (n == 0 || tcp_write(pcb_, bytes.data() + done, static_cast<u16_t>(n), TCP_WRITE_FLAG_COPY) != ERR_OK) break;
    done += n;
  }
  tcp_output(pcb_);
  return done;
}

std::size_t FarEnd::receive(MutBytes out) {
  if (rx_ == nullptr) return 0;
  const u16_t n = pbuf_copy_partial(rx_, out.data(), static_cast<u16_t>(out.size()), 0);
  if (n > 0) rx_ = pbuf_free_header(rx_, n);
  if (pcb_ != nullptr) tcp_recved(pcb_, n);
  return n;
}

void FarEnd::end() {
  if (pcb_ == nullptr || ended_) return;
  ended_ = true;
  tcp_shutdown(pcb_, 0, 1);
}

void FarEnd::reset() {
  tcp_pcb* pcb = leave();
  if (pcb != nullptr) tcp_abort(pcb);
}

}  // namespace whit::lwip_test
