// The driver of the Autobahn test suite for clients: autobahn_client URL AGENT
// Asks the fuzzing server for its number of cases, runs each, and has the report written.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "posix/clock.hpp"
#include "posix/entropy.hpp"
#include "posix/tcp.hpp"
#include "whit/websocket.hpp"

namespace {

using whit::Event;
using whit::Status;

constexpr std::size_t kRx = 16 * 1024;
constexpr std::size_t kRing = 2 * kRx;

// One connection at a time: echoes in constant memory, or collects what the server says.
class Case {
 public:
  // False if the connection could not be opened.
  bool run(const std::string& url, bool echo) {
    whit::ClientOptions options;
    whit::posix::Tcp tcp{whit::MutBytes(rx_)};
    whit::WebSocket socket{tcp, whit::posix::entropy(), whit::MutBytes(ring_)};
    text_.clear();
    if (socket.connect(url, options, whit::posix::now()) != Status::ok) return false;
    bool opened = false;
    for (;;) {
      Event event;
      while (socket.poll(whit::posix::now(), event)) {
        if (event.type == Event::Type::open) opened = true;
        if (event.type == Event::Type::close) return opened;
        if (event.type != Event::Type::chunk) continue;
        if (echo) {
          send(tcp, socket, event.chunk);
        } else {
          text_ += as_text(whit::Bytes(event.chunk.data));
        }
      }
      tcp.wait(socket.next_deadline());
    }
  }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  // The chunk's view stays while we only flush.
  static void send(whit::posix::Tcp& tcp, whit::WebSocket& socket, whit::Chunk chunk) {
    for (bool begun = !chunk.first;;) {
      Status status = Status::ok;
      if (!begun) {
        const auto total = static_cast<std::size_t>(chunk.total);
        status = chunk.total != whit::kUnknownSize ? socket.begin(chunk.type, total) : socket.begin(chunk.type);
        begun = status == Status::ok;
      }
      while (status == Status::ok && !chunk.data.empty()) {
        std::size_t taken = 0;
        status = socket.write(chunk.data, taken);
        chunk.data = chunk.data.drop(taken);
      }
      if (status == Status::ok && chunk.last) status = socket.end();
      if (status != Status::would_block) return;
      if (!socket.flush(whit::posix::now())) return;
      tcp.wait(whit::Deadline::at(whit::posix::now() + 100));
    }
  }

  std::array<std::uint8_t, kRx> rx_;
  std::array<std::uint8_t, kRing> ring_;
  std::string text_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: autobahn_client URL AGENT     (for example ws://127.0.0.1:9001 whit)\n");
    return 2;
  }
  const std::string url = argv[1];
  const std::string agent = std::string("agent=") + argv[2];
  Case one;
  if (!one.run(url + "/getCaseCount", false)) {
    std::fprintf(stderr, "autobahn_client: no connection to %s\n", url.c_str());
    return 1;
  }
  const int count = std::atoi(one.text().c_str());
  int failed = 0;
  for (int i = 1; i <= count; ++i) {
    std::printf("case %d of %d\n", i, count);
    if (!one.run(url + "/runCase?case=" + std::to_string(i) + "&" + agent, true)) ++failed;
  }
  if (!one.run(url + "/updateReports?" + agent, false)) ++failed;
  std::printf("%d cases run, %d connections could not be opened\n", count, failed);
  return failed == 0 && count > 0 ? 0 : 1;
}
