// A name server at the far end: answers from a table, says NXDOMAIN for the rest, or is silent.
#pragma once

#include <map>
#include <string>

#include "lwip/udp.h"

namespace whit::lwip_test {

class NameServer {
 public:
  NameServer();
  ~NameServer();
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  std::map<std::string, std::string> ipv4, ipv6;
  bool silent = false;
  int questions = 0;

 private:
  static void on_question(void* self, udp_pcb* pcb, pbuf* data, const ip_addr_t* from, u16_t port);
  void answer(std::string packet, udp_pcb* pcb, const ip_addr_t* from, u16_t port);

  udp_pcb* pcb_;
};

}  // namespace whit::lwip_test
