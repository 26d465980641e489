// One connection: echoes text and binary of any size in constant memory.
#pragma once

#include <poll.h>

#include <array>
#include <cstdint>
#include <optional>

#include "mbedtls/tls.hpp"
#include "posix/tcp.hpp"
#include "whit/server.hpp"
#include "whit/websocket.hpp"

namespace echo_server {

class Connection {
 public:
  /// `tls`: what is common to all connections that speak wss; null for ws.
  Connection(const whit::ServerOptions& options, whit::mbedtls::Config* tls);

  [[nodiscard]] bool idle() const { return idle_; }
  /// It is a WebSocket by now, and not over.
  [[nodiscard]] bool open() const { return !idle_ && open_; }

  /// Takes over an accepted socket. `log_as` stands in front of its lines in the log; 0: no log.
  void start(int fd, unsigned log_as, whit::Instant now);
  /// Moves everything forward.
  void run(whit::Instant now);
  /// The server goes away: starts the closing handshake, behind the echo of announced size that is under way.
  void go_away();

  /// What to wait for, and until when at the latest.
  std::size_t poll_fds(whit::Span<pollfd> out) const;
  [[nodiscard]] whit::Deadline next_deadline(whit::Instant now) const;

 private:
  whit::Transport& transport(whit::mbedtls::Config* tls);
  bool step(whit::Instant now);
  bool echo();
  whit::Status begin();
  void leave();
  bool awaits_room() const;
  void handle(const whit::Event& event);
  void log(const char* what, unsigned number = 0) const;

  // A chunk is at most as long as the receive buffer, so it always fits an empty ring with its header.
  std::array<std::uint8_t, 16 * 1024> rx_;
  std::array<std::uint8_t, 32 * 1024> ring_;
  std::array<std::uint8_t, 8 * 1024> request_;
  whit::posix::Tcp tcp_;
  std::optional<whit::mbedtls::Tls> tls_;
  whit::WebSocket socket_;
  whit::ServerHandshake handshake_;
  whit::Chunk chunk_;     // what is left to echo of the last event
  bool echoing_ = false;  // chunk_ is not echoed yet, so its view must stay: no poll() until it is
  bool begun_ = false;    // the message of chunk_ is begun
  bool sized_ = false;    // as one frame of announced size
  bool leaves_ = false;   // go_away() was called
  bool deaf_ = false;     // the peer takes nothing any more: nothing more is echoed
  bool open_ = false;
  bool idle_ = true;
  bool more_ = false;  // run() stopped for the sake of the others
  unsigned log_as_ = 0;
};

}  // namespace echo_server
