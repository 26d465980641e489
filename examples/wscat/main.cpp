// wscat: a WebSocket client for the command line.
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <memory>

#include "posix/clock.hpp"
#include "posix/entropy.hpp"
#include "posix/tcp.hpp"
#include "posix/wait.hpp"
#include "whit/messages.hpp"
#include "whit/version.hpp"
#include "wscat/input.hpp"
#include "wscat/options.hpp"
#include "wscat/output.hpp"
#include "wscat/sender.hpp"

namespace {

using namespace wscat;
using whit::Deadline;
using whit::Event;
using whit::Instant;
using whit::Status;

constexpr std::size_t kBuffer = 64 * 1024;
constexpr std::uint32_t kQuietMs = 250;  // without an answer, at the end of the input

enum Exit { kClean = 0, kNeverOpened = 1, kUsageError = 2, kOtherwise = 3 };

volatile std::sig_atomic_t g_interrupts = 0;

class App {
 public:
  explicit App(Options& options)
      : options_(options),
        memory_(2 * kBuffer + options.max_message),
        tcp_({memory_.data(), kBuffer}),
        socket_(tcp_, whit::posix::entropy(), {memory_.data() + kBuffer, kBuffer}),
        messages_(socket_, {memory_.data() + 2 * kBuffer, options.max_message},
                  options.skip_oversize ? whit::Oversize::skip : whit::Oversize::close),
        sender_(socket_),
        output_(options.json, socket_, refusal_) {
    options.client.refusal = &refusal_;
    for (const Item& item : options.items) sender_.add(item);
  }

  int run() {
    const Status status = socket_.connect(options_.url, options_.client, whit::posix::now());
    if (status == Status::wrong_transport || status == Status::transport_failed) {
      output_.failed_to_start(status);
      return kNeverOpened;
    }
    if (status != Status::ok) {
      std::fprintf(stderr, "wscat: %s\n", std::string(describe(status)).c_str());
      return kUsageError;
    }
    while (!ended_) turn();
    return exit_;
  }

 private:
  void turn() {
    Event event;
    while (!ended_ && messages_.poll(whit::posix::now(), event)) handle(event);
    if (ended_) return;
    obey_signals();
    if (socket_.ready_state() == whit::ReadyState::open) send();
    if (!ended_) sleep();
  }

  void handle(const Event& event) {
    output_.show(event);
    if (event.type == Event::Type::open) opened_ = true;
    if (event.type == Event::Type::message || event.type == Event::Type::skipped) {
      ++received_;
      if (options_.close_after != 0 && received_ == options_.close_after) close();
    }
    if (event.type != Event::Type::close) return;
    ended_ = true;
    const std::uint16_t code = event.close.code;
    const bool good = code == 1000 || code == 1001 || code == 1005;
    exit_ = !opened_ ? kNeverOpened : failed_ || !event.close.was_clean || !good ? kOtherwise : kClean;
  }

  void send() {
    if (!sender_.run()) {
      std::fprintf(stderr, "wscat: %s\n", sender_.problem().c_str());
      failed_ = true;
      return close();
    }
    if (!input_.ended() || !sender_.done() || socket_.buffered_amount() != 0) return;
    // All is sent. What has been asked is given a moment to be answered: close() drops what comes behind it.
    const Instant now = whit::posix::now();
    if (!settling_) quiet_since_ = now;
    settling_ = true;
    if (received_ >= sender_.messages() || now - quiet_since_ >= kQuietMs) close();
  }

  void close() {
    const std::uint16_t code = options_.close_code != 0 ? options_.close_code : whit::close_code::kNormalClosure;
    if (socket_.close(code, options_.close_reason) == Status::ok) return;
    std::fprintf(stderr, "wscat: the close reason is not UTF-8\n");
    static_cast<void>(socket_.close());
  }

  void obey_signals() {
    if (g_interrupts == 1) close();
    if (g_interrupts < 2) return;
    // Asked twice: without the closing handshake.
    whit::CloseEvent event;
    event.code = whit::close_code::kAbnormalClosure;
    output_.close(event);
    tcp_.close(whit::How::abort);
    ended_ = true;
    exit_ = opened_ ? kOtherwise : kNeverOpened;
  }

  void sleep() {
    pollfd fds[1 + whit::posix::Tcp::kMaxPollFds];
    // Nothing is read while something waits to be sent: that is the back-pressure on whoever writes to us.
    const bool listens = socket_.ready_state() == whit::ReadyState::open && sender_.done() && !input_.ended();
    fds[0] = {listens ? STDIN_FILENO : -1, POLLIN, 0};
    const std::size_t n = 1 + tcp_.poll_fds({fds + 1, whit::posix::Tcp::kMaxPollFds});
    Deadline deadline = socket_.next_deadline();
    if (settling_) deadline = Deadline::earlier(deadline, Deadline::at(quiet_since_ + kQuietMs));
    whit::posix::wait({fds, n}, deadline);
    if (fds[0].revents != 0) input_.read(sender_);
    for (std::size_t i = 1; i < n; ++i) {
      if ((fds[i].revents & POLLIN) != 0) quiet_since_ = whit::posix::now();
    }
  }

  Options& options_;
  std::vector<std::uint8_t> memory_;  // once, at the start: receive buffer, ring, message
  whit::posix::Tcp tcp_;
  whit::WebSocket socket_;
  whit::Messages messages_;
  whit::StaticRefusal<2048> refusal_;
  Sender sender_;
  Input input_;
  Output output_;
  std::uint64_t received_ = 0;
  Instant quiet_since_{};
  bool settling_ = false;
  bool opened_ = false;
  bool failed_ = false;
  bool ended_ = false;
  int exit_ = kOtherwise;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  std::string problem;
  switch (parse(argc, argv, options, problem)) {
    case Parsed::help:
      std::fputs(kUsage, stdout);
      return kClean;
    case Parsed::version:
      std::puts("wscat " WHIT_VERSION);
      return kClean;
    case Parsed::wrong:
      std::fprintf(stderr, "wscat: %s\n\n%s", problem.c_str(), kUsage);
      return kUsageError;
    case Parsed::run:
      break;
  }
  struct sigaction action {};
  action.sa_handler = [](int) { g_interrupts = g_interrupts + 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  const auto app = std::make_unique<App>(options);
  return app->run();
}
