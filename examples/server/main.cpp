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

std::uint8_t ring[WHIT_RING];
std::uint8_t request[384];
std::uint8_t message[128];

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

class Server {
 public:
  Server()
      : socket_(app::transport(), app::entropy(), whit::MutBytes(ring)),
        messages_(socket_, whit::MutBytes(message), whit::Oversize::close),
        handshake_(whit::MutBytes(request), options()) {}

  void run() {
    while (!stopped_ || busy_) {
      if (!busy_ && app::accept()) begin();
      if (!busy_) {
        board::wait(whit::Deadline::never());
        continue;
      }
      whit::Event event;
      while (messages_.poll(board::now(), event)) handle(event);
      if (busy_) board::wait(socket_.next_deadline());
    }
  }

 private:
  static const whit::ServerOptions& options() {
    static whit::ServerOptions options;
    options.on_request = answer;
    return options;
  }

  void begin() { busy_ = socket_.accept(handshake_, board::now()) == whit::Status::ok; }

  void handle(const whit::Event& event) {
    switch (event.type) {
      case whit::Event::Type::open: board::print("open\n"); return;
      case whit::Event::Type::message: return reply(event.message);
      case whit::Event::Type::close:
        Line() << "closed with " << event.close.code << "\n";
        busy_ = false;
        app::transport().close(whit::How::abort);
        return;
      default: return;
    }
  }

  void reply(const whit::Message& received) {
    Line() << "message " << ++count_ << "\n";
    if (received.text() == "stop") {
      stopped_ = true;
      static_cast<void>(socket_.close(whit::close_code::kGoingAway, "stopped"));
      return;
    }
    // A peer that sends faster than it reads loses answers, not the link.
    static_cast<void>(received.type == whit::MessageType::text
                          ? socket_.send(received.text())
                          : socket_.send(whit::Bytes(received.data.data(), received.data.size())));
  }

  whit::WebSocket socket_;
  whit::Messages messages_;
  whit::ServerHandshake handshake_;
  std::uint32_t count_ = 0;
  bool busy_ = false;
  bool stopped_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  board::start(argc, argv);
  const std::uint32_t port = app::argument("port", 80);
  Line() << "server on " << board::name() << ", " << app::scheme() << ", port " << port << "\n";
  if (!board::listen(static_cast<std::uint16_t>(port))) {
    board::print("it cannot listen there\n");
    board::end(false);
  }
  static Server server;
  server.run();
  app::print_memory();
  Line() << "stack: " << static_cast<std::uint32_t>(board::stack_used()) << " bytes\n";
  board::end(true);
}
