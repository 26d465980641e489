// A WebSocket server in a sim::Network, with whit's own server role, whose connections go as a script says.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/network.hpp"
#include "whit/websocket.hpp"

namespace whit::sim {

/// What becomes of one connection. As it is: it is accepted, messages are echoed, and it lasts.
struct Behaviour {
  std::uint16_t status = 101;        ///< Of the HTTP response: anything else refuses.
  std::string fields;                ///< Of a refusal, each ended by CRLF: "Retry-After: 30\r\n", "Location: /x\r\n".
  bool reset = false;                ///< TCP is accepted and reset, before a word was said.
  bool silent = false;               ///< Nothing is read or answered once the link is open.
  std::uint32_t close_after_ms = 0;  ///< After open: a closing handshake with `code`. 0: never.
  std::uint16_t code = 1001;
  std::uint32_t die_after_ms = 0;  ///< After open: a reset. 0: never.
};

class Server {
 public:
  class Connection;

  /// Listens until it is destroyed, upon which its connections are reset.
  Server(Network& network, std::string host, std::uint16_t port);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// One for each connection that comes; the last one goes for all that follow. Empty: as it is.
  std::deque<Behaviour> script;
  /// What to do with a message; echoed if there is none. Connection::send() answers.
  std::function<void(Connection& from, std::string_view message)> on_message;

  [[nodiscard]] std::size_t connections() const { return connections_; }  ///< That ever came.
  [[nodiscard]] std::size_t opened() const { return opened_; }            ///< Of these, how many WebSockets.
  [[nodiscard]] const std::vector<std::string>& messages() const { return messages_; }  ///< All that arrived.
  /// To all that are open.
  void send(std::string_view message);
  /// As a crash: connections are reset and new ones refused, until restart().
  void crash();
  void restart();

 private:
  friend class Connection;
  Deadline turn();
  void accept(Tcp& dialling);

  Network& network_;
  std::string host_;
  std::uint16_t port_;
  std::size_t number_;
  std::list<std::unique_ptr<Connection>> open_;
  std::vector<std::string> messages_;
  std::size_t connections_ = 0;
  std::size_t opened_ = 0;
};

/// One connection of a Server.
class Server::Connection {
 public:
  virtual ~Connection() = default;
  virtual void send(std::string_view message) = 0;
  virtual WebSocket& socket() = 0;

 private:
  friend class Server;
  virtual Deadline turn() = 0;
  virtual bool over() = 0;
};

}  // namespace whit::sim
