// A listening TCP socket for the server role.
#pragma once

#include <cstdint>
#include <string_view>

#include "whit/error.hpp"
#include "whit/status.hpp"

namespace whit::posix {

class TcpListener {
 public:
  TcpListener() = default;
  ~TcpListener() { close(); }
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  /// Listens at an IPv4 or IPv6 literal (no brackets), or at every address of the machine if `host` is empty. Port 0
  /// lets the system choose. ok; invalid_state if listening already; transport_failed: error() and errno tell why.
  Status listen(std::string_view host, std::uint16_t port);

  /// The port listened at, 0 if none.
  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// The next connection, non-blocking and closed at exec, to be given to Tcp::adopt() or closed; -1: not now.
  /// A lack of descriptors is "not now" too, while fd() stays readable: a loop that can take no more stops waiting for
  /// it.
  int accept();

  /// Readable when accept() has something; -1 if not listening.
  [[nodiscard]] int fd() const { return fd_; }
  /// Why listen() failed.
  [[nodiscard]] Error error() const { return error_; }
  /// Stops listening. Connections that were accepted go on.
  void close();

 private:
  int fd_ = -1;
  std::uint16_t port_ = 0;
  Error error_ = Error::none;
};

}  // namespace whit::posix
