// The driver of the Autobahn test suite for clients: autobahn_client URL AGENT
// Asks the fuzzing server for its number of cases, runs each, and has the report written.
#include <poll.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "posix/clock.hpp"
#include "posix/entropy.hpp"
#include "posix/tcp.hpp"
#include "posix/wait.hpp"
#include "whit/websocket.hpp"

namespace {

using whit::Event;
using whit::Status;

constexpr std::uint32_t kLookAgainMs = 200;  // at the send deadline, while the server does not read
constexpr std::size_t kMaxAnswer = 1000;     // bytes of the text that getCaseCount sends

enum class Task { echo, listen };

// One connection. A chunk always fits an empty ring together with its header.
class Case {
 public:
  explicit Case(Task task) : task_(task) {}

  /// Runs it to its end. False if it never opened; error() then tells why.
  bool run(const std::string& url) {
    const Status status = socket_.connect(url, options_, whit::posix::now());
    if (status != Status::ok) {
      error_ = describe(status);
      return false;
    }
    while (!closed_) {
      while (!closed_ && step()) {
      }
      if (!closed_) sleep();
    }
    return opened_;
  }

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  // False if there is nothing to do now.
  bool step() {
    if (!echoing_) {
      Event event;
      const bool news = socket_.poll(whit::posix::now(), event);
      if (news) handle(event);
      return news;
    }
    // A chunk's view lives until the next poll, so there is none before all of it is sent: that is the back-pressure.
    if (echo()) return true;
    if (!socket_.flush(whit::posix::now())) {
      echoing_ = false;  // the next poll tells why
      return true;
    }
    if (echo()) return true;
    if (awaits_room()) return false;
    echoing_ = false;  // sending has failed; what was received has to be got out of the way to learn why
    deaf_ = true;
    return true;
  }

  void handle(const Event& event) {
    if (event.type == Event::Type::open) opened_ = true;
    if (event.type == Event::Type::close) closed_ = true;
    if (event.type == Event::Type::error) error_ = describe(event.error);
    if (event.type != Event::Type::chunk) return;
    chunk_ = event.chunk;
    echoing_ = task_ == Task::echo && !deaf_;
    if (task_ == Task::listen && text_.size() < kMaxAnswer) text_ += as_text(whit::Bytes(chunk_.data));
  }

  // Long text goes back as fragments: should it turn out not to be UTF-8, a Close must still have its place.
  Status begin() {
    if (!chunk_.first || begun_) return Status::ok;
    const bool sized = chunk_.total < SIZE_MAX / 2 && (chunk_.type == whit::MessageType::binary || chunk_.last);
    const Status status =
        sized ? socket_.begin(chunk_.type, static_cast<std::size_t>(chunk_.total)) : socket_.begin(chunk_.type);
    begun_ = status == Status::ok;
    return status;
  }

  // True when all of the chunk was accepted, or the link takes no more messages.
  bool echo() {
    Status status = begin();
    while (status == Status::ok && !chunk_.data.empty()) {
      std::size_t taken = 0;
      status = socket_.write(chunk_.data, taken);
      chunk_.data = chunk_.data.drop(taken);
    }
    if (status == Status::ok && chunk_.last) status = socket_.end();
    if (status == Status::would_block) return false;
    if (chunk_.last) begun_ = false;
    echoing_ = false;
    return true;
  }

  bool awaits_room() const {
    pollfd fds[whit::posix::Tcp::kMaxPollFds];
    return tcp_.poll_fds(whit::Span<pollfd>(fds)) != 0 && (fds[0].events & POLLOUT) != 0;
  }

  void sleep() {
    if (!echoing_) {
      tcp_.wait(socket_.next_deadline());
      return;
    }
    pollfd fds[whit::posix::Tcp::kMaxPollFds];
    const std::size_t n = tcp_.poll_fds(whit::Span<pollfd>(fds));
    fds[0].events = POLLOUT;
    whit::posix::wait({fds, n}, whit::Deadline::at(whit::posix::now() + kLookAgainMs));
  }

  Task task_;
  whit::ClientOptions options_;
  std::array<std::uint8_t, 16 * 1024> rx_{};
  std::array<std::uint8_t, 32 * 1024> ring_{};
  whit::posix::Tcp tcp_{whit::MutBytes(rx_)};
  whit::WebSocket socket_{tcp_, whit::posix::entropy(), whit::MutBytes(ring_)};
  whit::Chunk chunk_;  // what is left to echo
  bool echoing_ = false;
  bool begun_ = false;
  bool deaf_ = false;
  bool opened_ = false;
  bool closed_ = false;
  std::string text_;
  std::string error_;
};

// As the value of a query parameter.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    char hex[4];
    std::snprintf(hex, sizeof hex, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += plain ? std::string(1, c) : hex;
  }
  return out;
}

// What the server said, or nothing if there was no connection.
std::unique_ptr<Case> run(const std::string& url, Task task) {
  auto one = std::make_unique<Case>(task);
  if (one->run(url)) return one;
  std::fprintf(stderr, "autobahn_client: no connection to %s: %s\n", url.c_str(), one->error().c_str());
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: autobahn_client URL AGENT     (for example ws://127.0.0.1:9001 whit)\n");
    return 2;
  }
  std::string url = argv[1];
  while (!url.empty() && url.back() == '/') url.pop_back();
  const std::string agent = "agent=" + escaped(argv[2]);

  const auto counted = run(url + "/getCaseCount", Task::listen);
  if (counted == nullptr) return 1;
  const int count = std::atoi(counted->text().c_str());
  if (count <= 0) {
    std::fprintf(stderr, "autobahn_client: the server has no cases\n");
    return 1;
  }
  int failed = 0;
  for (int i = 1; i <= count; ++i) {
    std::printf("case %d of %d\n", i, count);
    std::fflush(stdout);
    if (run(url + "/runCase?case=" + std::to_string(i) + "&" + agent, Task::echo) == nullptr) ++failed;
  }
  if (run(url + "/updateReports?" + agent, Task::listen) == nullptr) ++failed;
  std::printf("%d cases run, %d connections could not be opened\n", count, failed);
  return failed == 0 ? 0 : 1;
}
