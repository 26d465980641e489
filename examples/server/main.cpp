// A page for a browser, served by the board, and a WebSocket that the page opens: each message comes back.
//   port=80
// The message "stop" ends the program.
#include <cstring>

#include "board.hpp"
#include "common/text.hpp"
#include "page.hpp"
#include "server/connection.hpp"
#include "whit/messages.hpp"
#include "whit/server.hpp"

namespace {

using app::Line;
namespace board = whit::board;

// For a whole request, the page included, and for the end of a link. A browser opens connections in advance and says
// nothing there; a page that is left may be gone without a word. Both keep others waiting no longer than this.
constexpr std::uint32_t kPatienceMs = 2000;

whit::Answer answer(void*, const whit::Request& asked) {
  whit::Answer result;
  if (asked.target != "/") {
    result.status = 404;
  } else if (!asked.upgrade) {
    result.status = 200;
    result.content_type = "text/html; charset=utf-8";
    result.body = kPage;
  }
  return result;
}

const whit::ServerOptions& options() {
  static whit::ServerOptions options;
  options.on_request = answer;
  options.handshake_timeout_ms = kPatienceMs;
  options.close_timeout_ms = kPatienceMs;
  return options;
}

std::size_t connections_made = 0;
std::uint32_t links_opened = 0;

// One connection at a time: a request for the page, or a WebSocket.
class Connection {
 public:
  Connection()
      : which_(connections_made++),
        socket_(app::transport(which_), app::entropy(), whit::MutBytes(ring_)),
        messages_(socket_, whit::MutBytes(message_), whit::Oversize::close),
        handshake_(whit::MutBytes(request_), options()) {}

  [[nodiscard]] bool busy() const { return busy_; }
  /// 1 for the first WebSocket that was opened, and so on; 0: none is open here.
  [[nodiscard]] std::uint32_t opened() const { return opened_; }
  [[nodiscard]] whit::Deadline next_deadline() const {
    return busy_ ? socket_.next_deadline() : whit::Deadline::never();
  }

  /// Takes the next one that has arrived, if there is one.
  bool accept() {
    if (!app::accept(which_)) return false;
    busy_ = socket_.accept(handshake_, board::now()) == whit::Status::ok;
    return true;
  }

  bool poll(whit::Event& event) {
    if (!busy_ || !messages_.poll(board::now(), event)) return false;
    if (event.type == whit::Event::Type::open) opened_ = ++links_opened;
    if (event.type == whit::Event::Type::close) {
      app::transport(which_).close(whit::How::abort);
      busy_ = false;
      opened_ = 0;
    }
    return true;
  }

  // A peer that sends faster than it reads loses answers, not the link.
  void reply(const whit::Message& received) {
    static_cast<void>(received.type == whit::MessageType::text
                          ? socket_.send(received.text())
                          : socket_.send(whit::Bytes(received.data.data(), received.data.size())));
  }

  void close(std::string_view why) {
    opened_ = 0;
    static_cast<void>(socket_.close(whit::close_code::kGoingAway, why));
  }

 private:
  std::size_t which_;
  std::uint8_t ring_[WHIT_RING];
  std::uint8_t request_[384];
  std::uint8_t message_[128];
  whit::WebSocket socket_;
  whit::Messages messages_;
  whit::ServerHandshake handshake_;
  std::uint32_t opened_ = 0;
  bool busy_ = false;
};

class Server {
 public:
  void run() {
    while (true) {
      for (Connection& each : connections_) attend(each);
      if (!stopped_) accept();  // behind them: a connection that has ended makes room for one that waits
      whit::Deadline until = whit::Deadline::never();
      bool busy = false;
      for (const Connection& each : connections_) {
        until = whit::Deadline::earlier(until, each.next_deadline());
        busy = busy || each.busy();
      }
      if (stopped_ && !busy) return;
      board::wait(until);
    }
  }

 private:
  void accept() {
    for (Connection& each : connections_) {
      if (!each.busy() && !each.accept()) return;
    }
  }

  void attend(Connection& connection) {
    whit::Event event;
    while (connection.poll(event)) {
      switch (event.type) {
        case whit::Event::Type::open: opened(); break;
        case whit::Event::Type::message: received(connection, event.message); break;
        case whit::Event::Type::close: Line() << "closed with " << event.close.code << "\n"; break;
        default: break;
      }
    }
  }

  // One connection is left for pages: the oldest WebSocket gives way, whose browser may be gone without a word.
  void opened() {
    board::print("open\n");
    std::size_t count = 0;
    Connection* oldest = nullptr;
    for (Connection& each : connections_) {
      if (each.opened() == 0) continue;
      ++count;
      if (oldest == nullptr || each.opened() < oldest->opened()) oldest = &each;
    }
    if (count > 1 && count == app::kConnections) oldest->close("a newer page");
  }

  void received(Connection& from, const whit::Message& message) {
    Line() << "message " << ++count_ << "\n";
    if (message.text() != "stop") return from.reply(message);
    stopped_ = true;
    for (Connection& each : connections_) each.close("stopped");
  }

  Connection connections_[app::kConnections];
  std::uint32_t count_ = 0;
  bool stopped_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  board::start(argc, argv);
  const std::uint32_t port = app::argument("port", 80);
  if (!board::listen(static_cast<std::uint16_t>(port))) {
    Line() << "it cannot listen at port " << port << "\n";
    board::end(false);
  }
  Line() << "server on " << board::name() << ", " << app::scheme() << ", port " << port << "\n";
  static Server server;
  server.run();
  app::print_memory();
  Line() << "stack: " << static_cast<std::uint32_t>(board::stack_used()) << " bytes\n";
  board::end(true);
}
