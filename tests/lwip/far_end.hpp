// The other end of a connection, written for the tests against lwIP's raw API alone.
#pragma once

#include <cstdint>
#include <string>

#include "lwip/tcp.h"
#include "whit/bytes.hpp"

namespace whit::lwip_test {

class FarEnd {
 public:
  static constexpr std::uint16_t kPort = 80;

  FarEnd() = default;
  ~FarEnd();
  FarEnd(const FarEnd&) = delete;
  FarEnd& operator=(const FarEnd&) = delete;

  /// Waits for one connection after another. False: out of memory.
  bool listen(std::uint16_t port = kPort);
  /// Connects to an address; for tests of a listener. False: out of memory.
  bool connect(const std::string& address, std::uint16_t port);
  /// Forgets the connection there was and is ready for the next.
  void forget();

  [[nodiscard]] bool connected() const { return connected_; }
  std::size_t send(Bytes bytes);
  std::size_t receive(MutBytes out);
  [[nodiscard]] bool saw_end() const { return rx_ == nullptr && (eof_ || failed_); }
  [[nodiscard]] bool failed() const { return failed_; }
  void end();
  void reset();

 private:
  static err_t on_accept(void* self, tcp_pcb* pcb, err_t error);
  static err_t on_connected(void* self, tcp_pcb* pcb, err_t error);
  static err_t on_received(void* self, tcp_pcb* pcb, pbuf* data, err_t error);
  static void on_error(void* self, err_t error);
  void use(tcp_pcb* pcb);
  tcp_pcb* leave();

  tcp_pcb* listening_ = nullptr;
  tcp_pcb* pcb_ = nullptr;
  pbuf* rx_ = nullptr;
  bool connected_ = false;
  bool eof_ = false;
  bool ended_ = false;
  bool failed_ = false;
};

}  // namespace whit::lwip_test
