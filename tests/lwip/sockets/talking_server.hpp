// A WebSocket server over lwIP's sockets, in a thread of its own, one client at a time.
#pragma once

#include <array>
#include <atomic>
#include <thread>

#include "posix/tcp.hpp"
#include "posix/tcp_listener.hpp"
#include "support/entropy.hpp"
#include "whit/server.hpp"
#include "whit/websocket.hpp"

namespace whit::sockets_test {

/// Echoes text; counts binary bytes of the pattern and tells how many were right at the end of each message. Some words
/// are orders: "half" ends TCP without the closing handshake, "reset" breaks it, "flood" sends kFlood bytes of the
/// pattern as one message.
class TalkingServer {
 public:
  static constexpr std::size_t kFlood = 300000;
  static std::uint8_t pattern(std::size_t at) { return static_cast<std::uint8_t>(at * 131u + (at >> 8) * 7u); }

  TalkingServer();
  ~TalkingServer();
  TalkingServer(const TalkingServer&) = delete;
  TalkingServer& operator=(const TalkingServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void run();
  void meet();
  void take(const Chunk& chunk);
  void obey(std::string_view text);
  void flood();

  std::array<std::uint8_t, 1500> rx_{};
  std::array<std::uint8_t, 1024> ring_{}, head_{};
  test::TestEntropy entropy_{7};
  posix::TcpListener listener_;
  posix::Tcp tcp_;
  WebSocket socket_;
  ServerOptions options_;
  ServerHandshake handshake_;
  int fd_ = -1;  // of the connection, for "reset"
  std::size_t right_ = 0;
  std::size_t flooded_ = kFlood;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace whit::sockets_test
