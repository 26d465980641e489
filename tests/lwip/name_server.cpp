#include "name_server.hpp"

#include "lwip/dns.h"
#include "world.hpp"

namespace whit::lwip_test {

NameServer::NameServer() {
  pcb_ = udp_new_ip_type(IPADDR_TYPE_ANY);
  udp_bind(pcb_, IP_ANY_TYPE, 53);
  udp_recv(pcb_, on_question, this);
  ip_addr_t self;
  ipaddr_aton(World::address(Side::far, false).c_str(), &self);
  dns_setserver(0, &self);
}

NameServer::~NameServer() {
  udp_remove(pcb_);
  dns_setserver(0, nullptr);
}

void NameServer::on_question(void* self, udp_pcb* pcb, pbuf* data, const ip_addr_t* from, u16_t port) {
  std::string packet(data->tot_len, '\0');
  pbuf_copy_partial(data, packet.data(), data->tot_len, 0);
  pbuf_free(data);
  NameServer& server = *static_cast<NameServer*>(self);
  ++server.questions;
  if (!server.silent) server.answer(packet, pcb, from, port);
}

void NameServer::answer(std::string packet, udp_pcb* pcb, const ip_addr_t* from, u16_t port) {
  std::string name;
  std::size_t at = 12;
  for (std::size_t n; (n = static_cast<unsigned char>(packet[at])) != 0; at += n + 1) {
    name += (name.empty() ? "" : ".") + packet.substr(at + 1, n);
  }
  const bool wants_ipv6 = packet[at + 2] == 28;
  const auto& table = wants_ipv6 ? ipv6 : ipv4;
  const auto found = table.find(name);
  packet[2] = static_cast<char>(0x81);
  packet[3] = static_cast<char>(found == table.end() ? 0x83 : 0x80);
  if (found != table.end()) {
    packet[7] = 1;
    packet += std::string("\xC0\x0C\0", 3) + packet[at + 2] + std::string("\0\x01\0\0\0\0\0", 7);
    ip_addr_t address;
    ipaddr_aton(found->second.c_str(), &address);
    packet += static_cast<char>(wants_ipv6 ? 16 : 4);
    const void* bytes = wants_ipv6 ? static_cast<const void*>(ip_2_ip6(&address)->addr) : &ip_2_ip4(&address)->addr;
    packet.append(static_cast<const char*>(bytes), wants_ipv6 ? 16 : 4);
  }
  pbuf* reply = pbuf_alloc(PBUF_TRANSPORT, static_cast<u16_t>(packet.size()), PBUF_RAM);
  if (reply == nullptr) return;
  pbuf_take(reply, packet.data(), static_cast<u16_t>(packet.size()));
  udp_sendto(pcb, reply, from, port);
  pbuf_free(reply);
}

}  // namespace whit::lwip_test
