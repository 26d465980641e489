// Sends one large message from flash, as a single frame through a small ring, and receives it back in chunks: neither is ever in
// memory as a whole.
//   url=ws://192.0.2.2:9001/  size=100000 bytes
#include <cstring>

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

// What is sent, over and over: all bytes, so that any swap or loss shows. It lies in flash.
struct Pattern {
  constexpr Pattern() {
    for (unsigned i = 0; i < kSize; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 256 * 13);
  }
  static constexpr std::size_t kSize = 1024;
  std::uint8_t bytes[kSize]{};
};
constexpr Pattern kPattern;

class Upload {
 public:
  Upload(std::string_view url, std::size_t size)
      : socket_(app::transport(), app::entropy(), whit::MutBytes(ring)), url_(url), size_(size) {}

  bool run() {
    const Status status = socket_.connect(url_, options_, board::now());
    if (status != Status::ok) {
      app::print_status("connect", status);
      return false;
    }
    while (!closed_) {
      whit::Event event;
      while (socket_.poll(board::now(), event)) {
        handle(event);
        send();
      }
      send();
      if (!closed_) board::wait(socket_.next_deadline());
    }
    return passed_;
  }

 private:
  void handle(const whit::Event& event) {
    switch (event.type) {
      case whit::Event::Type::open:
        started_ = board::now();
        sending_ = socket_.begin(whit::MessageType::binary, size_) == Status::ok;
        return;
      case whit::Event::Type::chunk: return compare(event.chunk);
      case whit::Event::Type::error:
        app::print_error(event.error);
        return;
      case whit::Event::Type::close:
        closed_ = true;
        passed_ = event.close.was_clean && same_ && received_ == size_;
        return;
      default: return;
    }
  }

  // As much as there is room for.
  void send() {
    while (sending_) {
      const std::size_t at = sent_ % Pattern::kSize;
      const std::size_t run = Pattern::kSize - at < size_ - sent_ ? Pattern::kSize - at : size_ - sent_;
      std::size_t taken = 0;
      if (run > 0 && socket_.write(whit::Bytes(kPattern.bytes + at, run), taken) != Status::ok) return;
      sent_ += taken;
      if (sent_ == size_) sending_ = socket_.end() != Status::ok;
      if (sent_ == size_) return;
    }
  }

  void compare(const whit::Chunk& chunk) {
    for (std::size_t done = 0; done < chunk.data.size();) {
      const std::size_t at = received_ % Pattern::kSize;
      const std::size_t left = chunk.data.size() - done;
      const std::size_t run = Pattern::kSize - at < left ? Pattern::kSize - at : left;
      same_ = same_ && std::memcmp(chunk.data.data() + done, kPattern.bytes + at, run) == 0;
      done += run;
      received_ += run;
    }
    if (!chunk.last) return;
    const std::uint32_t ms = board::now() - started_;
    Line() << static_cast<std::uint32_t>(received_) << " bytes there and back in " << ms << " ms\n";
    if (!same_) board::print("what came back is not what was sent\n");
    static_cast<void>(socket_.close(whit::close_code::kNormalClosure));
  }

  whit::WebSocket socket_;
  whit::ClientOptions options_;
  std::string_view url_;
  std::size_t size_;
  std::size_t sent_ = 0;
  std::size_t received_ = 0;
  whit::Instant started_{};
  bool sending_ = false;
  bool same_ = true;
  bool closed_ = false;
  bool passed_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  board::start(argc, argv);
  Line() << "upload on " << board::name() << " to " << board::argument("url", "ws://192.0.2.2:9001/") << "\n";
  static Upload upload(board::argument("url", "ws://192.0.2.2:9001/"), app::argument("size", 100000));
  const bool passed = upload.run();
  app::print_memory();
  Line() << "stack: " << static_cast<std::uint32_t>(board::stack_used()) << " bytes\n";
  board::end(passed);
}
