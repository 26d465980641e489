#include "lwip/tcp_listener.hpp"

#include "lwip/lock.hpp"

namespace whit::lwip {

Status TcpListener::listen(std::uint16_t port) {
  const Lock lock;
  if (pcb_ != nullptr) return Status::invalid_state;
  tcp_pcb* pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);
#if SO_REUSE
  // Connections of before that are in TIME_WAIT do not keep the port.
  if (pcb != nullptr) ip_set_option(pcb, SOF_REUSEADDR);
#endif
  err_t result = ERR_MEM;
  if (pcb != nullptr) result = tcp_bind(pcb, IP_ANY_TYPE, port);
  if (result == ERR_OK) pcb_ = tcp_listen_with_backlog_and_err(pcb, kBacklog, &result);
  if (pcb_ == nullptr) {
    if (pcb != nullptr) tcp_close(pcb);
    error_ = result == ERR_MEM ? Error::out_of_resources : Error::transport_failed;
    return Status::transport_failed;
  }
  tcp_arg(pcb_, this);
  tcp_accept(pcb_, on_accept);
  error_ = Error::none;
  return Status::ok;
}

err_t TcpListener::on_accept(void* self, tcp_pcb* pcb, err_t error) {
  TcpListener& listener = *static_cast<TcpListener*>(self);
  if (error != ERR_OK || pcb == nullptr) return ERR_VAL;
  for (Stream& place : listener.waiting_) {
    if (!place.idle()) continue;
    place.attach(pcb);
    if (listener.wake_.call != nullptr) listener.wake_.call(listener.wake_.context);
    return ERR_OK;
  }
  return ERR_MEM;  // lwIP resets it
}

bool TcpListener::accept(Tcp& tcp) {
  Stream* place = next();
  if (place == nullptr) return false;
  tcp.adopt(*place);  // takes the lock itself
  return true;
}

Stream* TcpListener::next() {
  const Lock lock;
  for (Stream& place : waiting_) {
    if (place.idle()) continue;
    // One that was reset while it waited, without having said anything, is of no use to anybody.
    if (!place.dead()) return &place;
    place.drop(Error::none);
  }
  return nullptr;
}

void TcpListener::close() {
  const Lock lock;
  for (Stream& place : waiting_) place.drop(Error::none);
  if (pcb_ != nullptr) tcp_close(pcb_);
  pcb_ = nullptr;
}

}  // namespace whit::lwip
