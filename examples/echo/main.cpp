// Connects to an echo server, sends messages of many sizes, compares what comes back, and closes cleanly.
//   url=ws://192.0.2.2:9001/  count=20 messages for each of  connections=1
#include "board.hpp"
#include "common/connection.hpp"
#include "common/explain.hpp"
#include "common/text.hpp"
#include "whit/websocket.hpp"

namespace {

using app::Line;
namespace board = whit::board;
using whit::Status;

std::uint8_t ring[WHIT_RING];

class Echo {
 public:
  explicit Echo(std::string_view url)
      : socket_(app::transport(), app::entropy(), whit::MutBytes(ring)), url_(url), most_(socket_.max_message()) {}

  /// One connection from beginning to end; false if anything went wrong.
  bool run(std::uint32_t messages) {
    started_ = board::now();
    left_ = messages;
    failed_ = closed_ = false;
    const Status status = socket_.connect(url_, options_, started_);
    if (status != Status::ok) {
      app::print_status("connect", status);
      return false;
    }
    while (!closed_) {
      whit::Event event;
      while (socket_.poll(board::now(), event)) handle(event);
      if (!closed_) board::wait(socket_.next_deadline());
    }
    return !failed_;
  }
  [[nodiscard]] std::uint32_t opened_after_ms() const { return opened_after_ms_; }
  [[nodiscard]] std::uint32_t echoed() const { return echoed_; }

 private:
  void handle(const whit::Event& event) {
    switch (event.type) {
      case whit::Event::Type::open: opened_after_ms_ = board::now() - started_; return next();
      case whit::Event::Type::chunk: return compare(event.chunk);
      case whit::Event::Type::error:
        app::print_error(event.error);
        failed_ = true;
        return;
      case whit::Event::Type::close:
        closed_ = true;
        failed_ = failed_ || !event.close.was_clean || left_ > 0;
        if (failed_) Line() << "closed with " << event.close.code << "\n";
        return;
      default: return;
    }
  }

  // Sizes from nothing to the largest that fits the ring, text and binary by turns.
  void next() {
    if (left_ == 0) return check(socket_.close(whit::close_code::kNormalClosure, "done"));
    size_ = echoed_ * 37 % (most_ + 1);
    arrived_ = 0;
    std::uint8_t bytes[64];
    text_ = echoed_ % 2 == 0;
    check(text_ ? socket_.begin(whit::MessageType::text, size_) : socket_.begin(whit::MessageType::binary, size_));
    for (std::size_t at = 0; at < size_;) {
      std::size_t n = 0;
      for (; n < sizeof bytes && at + n < size_; ++n) bytes[n] = pattern(at + n);
      std::size_t taken = 0;
      check(socket_.write(whit::Bytes(bytes, n), taken));  // all of it: the message fits the ring, which is empty
      at += n;
    }
    check(socket_.end());
  }

  void compare(const whit::Chunk& chunk) {
    for (const std::uint8_t byte : chunk.data) {
      if (byte != pattern(arrived_++)) failed_ = true;
    }
    if (!chunk.last) return;
    if (arrived_ != size_ || (chunk.type == whit::MessageType::text) != text_) failed_ = true;
    if (failed_) board::print("the echo is not what was sent\n");
    ++echoed_;
    --left_;
    next();
  }

  void check(Status status) {
    if (status == Status::ok) return;
    app::print_status("refused", status);
    failed_ = true;
    socket_.fail(whit::Error::aborted);
  }

  [[nodiscard]] std::uint8_t pattern(std::size_t at) const {
    return static_cast<std::uint8_t>('!' + (at + size_) % 90);
  }

  whit::WebSocket socket_;
  whit::ClientOptions options_;
  std::string_view url_;
  std::size_t most_;
  whit::Instant started_{};
  std::size_t size_ = 0;
  std::size_t arrived_ = 0;
  std::uint32_t opened_after_ms_ = 0;
  std::uint32_t echoed_ = 0;
  std::uint32_t left_ = 0;
  bool text_ = false;
  bool failed_ = false;
  bool closed_ = false;
};

// Whether all that the connections took was given back; the last of TCP's states take a moment.
bool memory_is_as(std::size_t before) {
  const whit::Instant limit = board::now() + 5000;
  while (board::memory_used() != before && !whit::reached(board::now(), limit)) board::wait(whit::Deadline::at(limit));
  if (board::memory_used() == before) {
    board::print("memory in use: as at the start\n");
    return true;
  }
  Line() << "memory in use: " << static_cast<std::uint32_t>(board::memory_used()) << " bytes, at the start "
         << static_cast<std::uint32_t>(before) << "\n";
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  board::start(argc, argv);
  const std::uint32_t connections = app::argument("connections", 1);
  const std::uint32_t count = app::argument("count", 20);
  static Echo echo(board::argument("url", "ws://192.0.2.2:9001/"));
  Line() << "echo on " << board::name() << " to " << board::argument("url", "ws://192.0.2.2:9001/") << "\n";
  const std::size_t before = board::memory_used();
  for (std::uint32_t i = 0; i < connections; ++i) {
    if (!echo.run(count)) board::end(false);
  }
  Line() << connections << " connections, " << echo.echoed() << " messages echoed, the last open after "
         << echo.opened_after_ms() << " ms\n";
  app::print_memory();
  Line() << "stack: " << static_cast<std::uint32_t>(board::stack_used()) << " bytes\n";
  board::end(memory_is_as(before));
}
