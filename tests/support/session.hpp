// One end of a link under test: a WebSocket on a MemoryLink, with entropy, time and the far end in the test's hands.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/collector.hpp"
#include "support/entropy.hpp"
#include "support/frames.hpp"
#include "support/memory_link.hpp"
#include "whit/server.hpp"
#include "whit/websocket.hpp"

namespace whit::test {

/// What a session starts from.
struct SessionSetup {
  bool server = false;
  std::size_t ring = 512;
  std::uint64_t seed = 1;
  Instant start{1000};
  std::string url = "ws://example.com/chat";
  std::string further;  ///< Lines added to the peer's part of the handshake: "X: y\r\n".
};

/// Options that never send or time out by themselves, so that a test sees what it asked for only.
ClientOptions quiet_options();

class Session {
 public:
  explicit Session(const SessionSetup& setup = {});
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    take_faults();
    for (const std::string& fault : faults_) ADD_FAILURE() << fault << "\n" << collector.trace();
  }

  SessionSetup setup;
  ClientOptions client_options = quiet_options();
  ServerOptions server_options;
  MemoryLink link;
  TestEntropy entropy;
  Instant now;
  Collector collector;

 private:
  std::vector<std::uint8_t> ring_;
  std::vector<std::uint8_t> handshake_buffer_;
  std::optional<ServerHandshake> handshake_;

 public:
  WebSocket ws;
  bool keep_records = true;  ///< Off for floods.

  /// connect() or accept() only.
  Status start();
  /// Brings the link to OPEN and forgets the handshake; `behind` arrives in the same segment as the peer's head.
  bool open(std::string_view behind = {});
  /// Polls as an application does, until there is nothing left to do without news or time. Checks that it had reason to
  /// stop there and no reason to go on.
  void run();
  /// Bytes from the peer, in chunks (0: whole), and then run().
  void receive(std::string_view bytes, std::size_t chunk = 0);
  /// Lets time pass, in one step.
  void advance(std::uint32_t ms);
  /// Sleeps from deadline to deadline until the time has passed.
  void sleep_through(std::uint32_t ms);
  /// The peer ends its direction; then run().
  void peer_eof();

  /// The frames sent since open(); a fault if they break a rule.
  std::vector<Frame> frames();
  /// "ping abc|text Hello|close 1000 bye": what was sent since open(), fragments as "text+", "cont+", "cont".
  std::string sent();
  /// Bytes behind the last whole frame.
  [[nodiscard]] std::string sent_rest() const { return decode(wire()).rest; }
  /// All bytes sent since open().
  [[nodiscard]] Buffer wire() const;
  [[nodiscard]] std::string trace() const { return collector.trace(); }
  /// A frame as this session's peer sends it: masked if this is a server.
  [[nodiscard]] std::string peer(std::uint8_t opcode, std::string_view payload = {}, bool fin = true) const;

 private:
  bool poll_once();
  bool drain();
  void take_faults();
  void fault(const std::string& what) { faults_.push_back(what); }

  std::size_t handshake_bytes_ = 0;
  ReadyState last_state_ = ReadyState::closed;
  std::vector<std::string> faults_;
};

/// One line for a list of frames; see Session::sent().
std::string describe(const std::vector<Frame>& frames);

}  // namespace whit::test
