// One connection: echoes text and binary of any size in constant memory.
#pragma once

#include <array>
#include <cstdint>

#include "posix/tcp.hpp"
#include "whit/server.hpp"
#include "whit/websocket.hpp"

namespace echo_server {

class Connection {
 public:
  explicit Connection(const whit::ServerOptions& options);

  [[nodiscard]] bool idle() const { return idle_; }
  /// Takes over an accepted socket.
  void start(int fd, whit::Instant now);
  /// Moves everything forward. `quiet` keeps it from logging.
  void run(whit::Instant now, bool quiet);
  /// Starts the closing handshake: the server goes away.
  void go_away();

  [[nodiscard]] whit::Deadline next_deadline(whit::Instant now) const;
  [[nodiscard]] const whit::posix::Tcp& tcp() const { return tcp_; }

 private:
  bool echo();
  whit::Status begin();
  void handle(const whit::Event& event, bool quiet);

  std::array<std::uint8_t, 16 * 1024> rx_;
  std::array<std::uint8_t, 32 * 1024> ring_;
  std::array<std::uint8_t, 8 * 1024> request_;
  whit::posix::Tcp tcp_;
  whit::WebSocket socket_;
  whit::ServerHandshake handshake_;
  whit::Chunk chunk_;     // what is left to echo of the last event
  bool echoing_ = false;  // chunk_ is not echoed yet, so its view must stay: no poll() until it is
  bool begun_ = false;    // the message of chunk_ is begun
  bool idle_ = true;
};

}  // namespace echo_server
