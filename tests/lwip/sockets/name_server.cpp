#include "name_server.hpp"

#include <chrono>
#include <utility>

#include "far_end.hpp"
#include "lwip/dns.h"
#include "lwip/sockets.h"

namespace whit::sockets_test {
namespace {

constexpr std::uint8_t kIpv4 = 1;  // record type A

void ask_loopback(void*) {
  ip_addr_t self;
  ipaddr_aton("127.0.0.1", &self);
  dns_setserver(0, &self);
}

}  // namespace

void forget_name_servers() {
  in_lwips_thread([](void*) { dns_setserver(0, nullptr); }, nullptr);
}

NameServer::NameServer(std::map<std::string, std::string> table) : table_(std::move(table)) {
  start_lwip();
  fd_ = lwip_socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_port = lwip_htons(53);
  lwip_bind(fd_, reinterpret_cast<sockaddr*>(&own), sizeof own);
  in_lwips_thread(&ask_loopback, nullptr);
  thread_ = std::thread([this] { run(); });
}

NameServer::~NameServer() {
  stop_ = true;
  thread_.join();
  lwip_close(fd_);
  forget_name_servers();
}

void NameServer::run() {
  while (!stop_) {
    pollfd readable{fd_, POLLIN, 0};
    if (lwip_poll(&readable, 1, 10) != 1) continue;
    std::string packet(512, '\0');
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const ssize_t n = lwip_recvfrom(fd_, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (n < 17) continue;
    packet.resize(static_cast<std::size_t>(n));
    ++questions;
    while (silent && !stop_) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    const std::string reply = answer(packet);
    lwip_sendto(fd_, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
  }
}

// The question again, and a record that refers to its name (RFC 1035 4.1).
std::string NameServer::answer(std::string packet) const {
  std::string name;
  std::size_t at = 12;
  for (std::size_t n; (n = static_cast<unsigned char>(packet[at])) != 0; at += n + 1) {
    name += (name.empty() ? "" : ".") + packet.substr(at + 1, n);
  }
  const auto found = packet[at + 2] == kIpv4 ? table_.find(name) : table_.end();
  packet[2] = static_cast<char>(0x81);
  packet[3] = static_cast<char>(found == table_.end() ? 0x83 : 0x80);
  if (found == table_.end()) return packet;
  packet[7] = 1;
  packet += std::string("\xC0\x0C\0\x01\0\x01\0\0\0\0\0\x04", 12);
  in_addr address{};
  lwip_inet_pton(AF_INET, found->second.c_str(), &address);
  return packet.append(reinterpret_cast<const char*>(&address), sizeof address);
}

}  // namespace whit::sockets_test
