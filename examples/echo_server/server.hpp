// The connections, what they are told, and the loop.
#pragma once

#include <poll.h>

#include <csignal>
#include <memory>
#include <optional>
#include <vector>

#include "echo_server/connection.hpp"
#include "echo_server/options.hpp"
#include "echo_server/secure.hpp"
#include "posix/tcp_listener.hpp"

namespace echo_server {

class Server {
 public:
  explicit Server(const Options& options);

  /// Reads the certificate, if there is one. Returns what is wrong, or nothing. To be called first.
  std::string configure();
  /// Until `stop` is set by a signal handler. The exit status.
  int run(const volatile std::sig_atomic_t& stop);

 private:
  static whit::Answer answer(void* context, const whit::Request& request);
  bool listen();
  [[nodiscard]] bool full() const;
  [[nodiscard]] bool busy() const;
  void turn(whit::Deadline deadline);
  void accept(Connection& connection, whit::Instant now);

  const Options& options_;
  whit::ServerOptions server_options_;
  whit::posix::TcpListener listener_;
  std::optional<Secure> secure_;  // with --cert and --key
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<pollfd> fds_;
  bool waiting_ = false;  // somebody waits to be accepted
  bool pause_ = false;    // but could not be: the system lacks descriptors
  unsigned accepted_ = 0;
};

}  // namespace echo_server
