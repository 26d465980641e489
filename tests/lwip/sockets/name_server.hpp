// A name server on lwIP's loopback, in a thread of its own: answers from a table, says NXDOMAIN for the rest, or waits.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <thread>

namespace whit::sockets_test {

class NameServer {
 public:
  /// `table`: names and their IPv4 addresses. lwIP asks this server from now on.
  explicit NameServer(std::map<std::string, std::string> table);
  ~NameServer();
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  /// Answers are kept back for as long as this is set.
  std::atomic<bool> silent{false};
  std::atomic<int> questions{0};  ///< That have arrived.

 private:
  void run();
  [[nodiscard]] std::string answer(std::string packet) const;

  std::map<std::string, std::string> table_;
  int fd_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// From now on lwIP knows no name server.
void forget_name_servers();

}  // namespace whit::sockets_test
