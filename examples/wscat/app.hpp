// One run of wscat: a link, what is sent over it, and what is shown of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "posix/tcp.hpp"
#include "proxy/connect.hpp"
#include "whit/refusal.hpp"
#include "whit/session.hpp"
#include "whit/websocket.hpp"
#include "wscat/input.hpp"
#include "wscat/options.hpp"
#include "wscat/output.hpp"
#include "wscat/patience.hpp"
#include "wscat/progress.hpp"
#include "wscat/receiver.hpp"
#include "wscat/secure.hpp"
#include "wscat/sender.hpp"

namespace wscat {

enum Exit : int { kClean = 0, kNeverOpened = 1, kUsage = 2, kOtherwise = 3 };

class App {
 public:
  explicit App(Options& options);

  /// Until the link has ended; returns the exit status. `signal_fd` is readable when a signal came.
  int run(int signal_fd);

 private:
  whit::Transport& transport();
  whit::SessionOptions session_options();
  int failed_to_start(whit::Status status);
  void turn(int signal_fd);
  bool receive();
  void handle(const whit::Event& event);
  void hold(const whit::Event& event);
  void link_ended(const whit::Event& event);
  void ended(const whit::CloseEvent& event);
  void send();
  void close();
  void abandon();
  void obey_signals();
  void sleep(int signal_fd, bool more);
  [[nodiscard]] bool answered() const { return !options_.close_after_set && received_ >= sender_.messages(); }
  [[nodiscard]] std::uint32_t quiet_ms() const;
  bool begin_to_wait(whit::Instant now);

  Options& options_;
  std::unique_ptr<std::uint8_t[]> memory_;  // once, at the start: receive buffer, ring, and a message
  whit::posix::Tcp tcp_;
  std::uint8_t proxy_scratch_[2048];
  std::optional<whit::proxy::Connect> proxy_;  // with --proxy
  std::optional<Secure> secure_;               // for wss://, and for redirects that may lead there
  whit::Transport* other_ = nullptr;           // for the scheme that the URL does not have
  whit::WebSocket socket_;
  Progress progress_;
  Receiver receiver_;
  whit::StaticRefusal<2048> refusal_;
  std::uint8_t redirects_[2 * whit::kMaxUrlLength];
  std::optional<whit::Session> session_;  // with --reconnect or --redirects
  // With a session: the last error and close, until it is known whether they are part of a redirect.
  std::optional<whit::Event> error_;
  whit::CloseEvent close_;
  std::string close_reason_;
  Sender sender_;
  Input input_;
  Output output_;
  Patience patience_;
  std::uint64_t received_ = 0;
  bool opened_ = false;
  bool failed_ = false;  // something could not be sent
  bool ended_ = false;
  int exit_ = kOtherwise;
};

}  // namespace wscat
