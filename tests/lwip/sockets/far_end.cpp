#include "far_end.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>

#include "lwip/errno.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sockets.h"
#include "lwip/tcpip.h"

namespace whit::sockets_test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = lwip_htonl(INADDR_LOOPBACK);
  address.sin_port = lwip_htons(port);
  return address;
}

template <typename Name>
sockaddr* any(Name& name) {
  return reinterpret_cast<sockaddr*>(&name);
}

struct Ends {
  sockaddr_in own, peer;
};

// In lwIP's thread. Its sockets have no way to send a reset at will.
void abort_connection(void* context) {
  const auto& ends = *static_cast<Ends*>(context);
  for (tcp_pcb* each = tcp_active_pcbs; each != nullptr; each = each->next) {
    if (each->local_port != lwip_ntohs(ends.own.sin_port) || each->remote_port != lwip_ntohs(ends.peer.sin_port))
      continue;
    tcp_abort(each);
    return;
  }
}

struct Errand {
  void (*function)(void*);
  void* context;
  std::atomic<bool> done{false};
};

}  // namespace

void start_lwip() {
  static std::once_flag once;
  std::call_once(once, [] {
    static std::atomic<bool> started{false};
    tcpip_init([](void*) { started = true; }, nullptr);
    while (!started) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
}

void in_lwips_thread(void (*function)(void*), void* context) {
  start_lwip();
  Errand errand{function, context};
  const auto run = [](void* argument) {
    auto& what = *static_cast<Errand*>(argument);
    what.function(what.context);
    what.done = true;
  };
  if (tcpip_callback(run, &errand) != ERR_OK) return;
  while (!errand.done) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

std::size_t open_sockets() {
  std::size_t count = 0;
  for (int fd = LWIP_SOCKET_OFFSET; fd < LWIP_SOCKET_OFFSET + MEMP_NUM_NETCONN; ++fd) {
    int type = 0;
    socklen_t size = sizeof type;
    count += lwip_getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 ? 1 : 0;
  }
  return count;
}

void LwipCalls::unblock(int fd) { lwip_fcntl(fd, F_SETFL, O_NONBLOCK); }

std::ptrdiff_t LwipCalls::send(int fd, const void* data, std::size_t size) { return lwip_send(fd, data, size, 0); }

std::ptrdiff_t LwipCalls::recv(int fd, void* data, std::size_t size) { return lwip_recv(fd, data, size, 0); }

std::ptrdiff_t LwipCalls::peek(int fd, std::uint8_t& byte) { return lwip_recv(fd, &byte, 1, MSG_PEEK); }

bool LwipCalls::not_now() { return errno == EAGAIN || errno == EWOULDBLOCK; }

bool LwipCalls::readable(int fd) {
  pollfd each{fd, POLLIN, 0};
  return lwip_poll(&each, 1, 2000) == 1;
}

void LwipCalls::end(int fd) { lwip_shutdown(fd, SHUT_WR); }

void LwipCalls::reset(int fd) {
  Ends ends{};
  socklen_t size = sizeof ends.own;
  lwip_getsockname(fd, any(ends.own), &size);
  size = sizeof ends.peer;
  lwip_getpeername(fd, any(ends.peer), &size);
  in_lwips_thread(&abort_connection, &ends);
}

void LwipCalls::close(int fd) { lwip_close(fd); }

FarListener::FarListener(int backlog) {
  start_lwip();
  socket_ = unconnected();
  if (!socket_.valid()) return;
  const int fd = socket_.fd();
  sockaddr_in name = loopback(0);
  socklen_t size = sizeof name;
  if (lwip_bind(fd, any(name), size) != 0 || lwip_listen(fd, backlog) != 0) return;
  if (lwip_getsockname(fd, any(name), &size) == 0) port_ = lwip_ntohs(name.sin_port);
}

FarSocket FarListener::accept() { return FarSocket(lwip_accept(socket_.fd(), nullptr, nullptr)); }

FarSocket FarListener::wait_accept() {
  socket_.wait_readable();
  return accept();
}

FarSocket connect_far(std::uint16_t port) {
  start_lwip();
  const int fd = lwip_socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in name = loopback(port);
  if (fd >= 0 && lwip_connect(fd, any(name), sizeof name) != 0) {
    lwip_close(fd);
    return FarSocket();
  }
  return FarSocket(fd);
}

FarSocket unconnected() { return FarSocket(lwip_socket(AF_INET, SOCK_STREAM, 0)); }

std::uint16_t dead_port() {
  const FarListener taken;
  return taken.port();
}

}  // namespace whit::sockets_test
