// A device in the field: a Session on a MemoryLink in virtual time, and servers that a script plays.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/entropy.hpp"
#include "support/frames.hpp"
#include "support/memory_link.hpp"
#include "whit/refusal.hpp"
#include "whit/session.hpp"

namespace whit::test {

class Field {
 public:
  /// What one server does with one connection, at each of its turns: it looks at what was sent and pushes.
  using Server = std::function<void(Field&)>;

  Field();

  // Servers, to be put into `servers`: one for each attempt, the last one for all that follow.
  static Server accepting();                          ///< Opens, answers pings, and answers Close.
  static Server refusing(const std::string& answer);  ///< "401 No\r\nX: y": a response with an empty body.
  static Server closing(std::uint16_t code, std::uint32_t after_ms = 0);  ///< Opens, then closes.
  static Server dying(std::uint32_t after_ms);                            ///< Opens, then resets.
  static Server silent();                                                 ///< Opens, and answers nothing any more.
  static Server unreachable(Error error);                                 ///< The transport fails to connect.

  whit::Session& session();
  WebSocket& socket() { return socket_; }
  /// Polls until there is nothing to do now; events go to `trace`.
  void run();
  /// Sleeps from deadline to deadline, `ms` in all, and counts in `wakeups`.
  void live(std::uint32_t ms);

  std::deque<Server> servers;
  std::vector<std::string_view> urls{"ws://a.example/x"};
  ClientOptions client;
  SessionOptions options;
  StaticRefusal<512> refusal;
  MemoryLink link;
  TestEntropy entropy;
  Instant now{5000};
  /// "open|close 1000|retry 1 after 345|stopped|..."
  std::string trace;
  std::vector<std::uint32_t> delays;  ///< Of the retry events.
  std::vector<std::string> requests;  ///< Heads that were received, one for each connection that sent one.
  std::size_t wakeups = 0;
  bool opened = false;  ///< The present connection has sent its head and got an answer.
  Instant connected_at{};
  std::string received;  ///< Frames of the present connection.
  std::function<void(Field&, const Event&)> on_event;

  void answer_handshake();
  [[nodiscard]] bool head_complete() const { return head_.find("\r\n\r\n") != std::string::npos; }

 private:
  void serve();
  void note(const Event& event);

  std::array<std::uint8_t, 512> ring_;
  std::array<std::uint8_t, 512> redirects_;
  WebSocket socket_{link, entropy.entropy(), MutBytes(ring_)};
  std::optional<whit::Session> session_;
  std::string head_;
  std::size_t connects_ = 0;
  Server server_;
};

}  // namespace whit::test
