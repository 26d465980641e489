// The driver of the Autobahn test suite for clients, for boards and for this machine: asks the fuzzing server for its
// number of cases, runs each, and has the report written.
//   autobahn_client URL AGENT          here
//   url=ws://192.0.2.2:9001 agent=whit   on a board
#include <cstring>

#include "board.hpp"
#include "common/text.hpp"
#include "whit/websocket.hpp"

namespace {

using app::Line;
namespace board = whit::board;
using whit::Event;
using whit::Status;

constexpr std::uint32_t kLookAgainMs = 200;  // while the server does not read
constexpr std::uint32_t kPatienceMs = 5000;  // then the link is dead, and polling tells why

std::uint8_t ring[WHIT_RING];

enum class Task { echo, listen };

// A text put together in fixed memory.
class Text {
 public:
  Text& operator<<(std::string_view text) {
    for (const char each : text) put(each);
    return *this;
  }
  Text& operator<<(std::uint32_t number) {
    if (number >= 10) *this << number / 10;
    put(static_cast<char>('0' + number % 10));
    return *this;
  }
  // As the value of a query parameter.
  Text& escaped(std::string_view text) {
    constexpr char kHex[] = "0123456789ABCDEF";
    for (const char c : text) {
      const bool plain =
          (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
      const auto byte = static_cast<unsigned char>(c);
      if (plain) {
        put(c);
      } else {
        *this << std::string_view("%") << std::string_view(kHex + byte / 16, 1)
              << std::string_view(kHex + byte % 16, 1);
      }
    }
    return *this;
  }
  [[nodiscard]] std::string_view view() const { return {text_, size_}; }
  void clear() { size_ = 0; }

 private:
  void put(char c) {
    if (size_ < sizeof text_) text_[size_++] = c;
  }
  char text_[256];
  std::size_t size_ = 0;
};

// One connection after another.
class Client {
 public:
  Client() : socket_(board::tcp(), board::entropy(), whit::MutBytes(ring)) {}

  /// False if it never opened.
  bool run(std::string_view url, Task task) {
    task_ = task;
    answer_.clear();
    echoing_ = begun_ = deaf_ = opened_ = closed_ = false;
    const Status status = socket_.connect(url, options_, board::now());
    if (status != Status::ok) {
      Line() << "no connection to " << url << ": " << describe(status) << "\n";
      return false;
    }
    while (!closed_) step();
    return opened_;
  }

  [[nodiscard]] std::string_view answer() const { return answer_.view(); }

 private:
  // A chunk's view lives until the next poll, so there is none before all of it is sent: that is the back-pressure.
  void step() {
    if (echoing_) return send();
    Event event;
    if (socket_.poll(board::now(), event)) return handle(event);
    board::wait(socket_.next_deadline());
  }

  void send() {
    if (echo()) return;
    if (!socket_.flush(board::now())) {
      echoing_ = false;  // the next poll tells why
      return;
    }
    if (echo()) return;
    const whit::Instant now = board::now();
    if (now - moved_at_ >= kPatienceMs) {
      echoing_ = false;  // what was received has to be got out of the way to learn what is wrong
      deaf_ = true;
      return;
    }
    board::wait(whit::Deadline::at(now + kLookAgainMs));
  }

  void handle(const Event& event) {
    if (event.type == Event::Type::open) opened_ = true;
    if (event.type == Event::Type::close) closed_ = true;
    if (event.type == Event::Type::error && !opened_) Line() << "no connection: " << describe(event.error) << "\n";
    if (event.type != Event::Type::chunk) return;
    chunk_ = event.chunk;
    moved_at_ = board::now();
    echoing_ = task_ == Task::echo && !deaf_;
    if (task_ == Task::listen) answer_ << as_text(whit::Bytes(chunk_.data.data(), chunk_.data.size()));
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
      if (taken > 0) moved_at_ = board::now();
    }
    if (status == Status::ok && chunk_.last) status = socket_.end();
    if (status == Status::would_block) return false;
    if (chunk_.last) begun_ = false;
    echoing_ = false;
    return true;
  }

  whit::WebSocket socket_;
  whit::ClientOptions options_;
  Task task_ = Task::listen;
  whit::Chunk chunk_;  // what is left to echo
  whit::Instant moved_at_{};
  Text answer_;
  bool echoing_ = false;
  bool begun_ = false;
  bool deaf_ = false;
  bool opened_ = false;
  bool closed_ = false;
};

// Asks for the number of cases, runs them, has the report written. False if a connection could not be opened.
bool drive(std::string_view url, std::string_view agent) {
  static Client client;
  Text target;
  target << url << "/getCaseCount";
  if (!client.run(target.view(), Task::listen)) return false;
  const std::uint32_t count = app::number(client.answer());
  std::uint32_t failed = 0;
  for (std::uint32_t i = 1; i <= count; ++i) {
    Line() << "case " << i << " of " << count << "\n";
    target.clear();
    target << url << "/runCase?case=" << i << "&agent=";
    if (!client.run(target.escaped(agent).view(), Task::echo)) ++failed;
  }
  target.clear();
  target << url << "/updateReports?agent=";
  if (!client.run(target.escaped(agent).view(), Task::listen)) ++failed;
  Line() << count << " cases run, " << failed << " connections could not be opened\n";
  return count > 0 && failed == 0;
}

}  // namespace

int main(int argc, char** argv) {
  // On this machine the two may come without their names.
  Text url, agent;
  const bool unnamed = argc == 3 && std::strchr(argv[1], '=') == nullptr;
  board::start(argc, argv);
  url << (unnamed ? std::string_view(argv[1]) : board::argument("url"));
  agent << (unnamed ? std::string_view(argv[2]) : board::argument("agent", "whit"));
  std::string_view base = url.view();
  while (!base.empty() && base.back() == '/') base.remove_suffix(1);
  if (base.empty()) {
    board::print("usage: autobahn_client URL AGENT     (for example ws://127.0.0.1:9001 whit)\n");
    board::end(false);
  }
  board::end(drive(base, agent.view()));
}
