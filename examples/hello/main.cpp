// The smallest client: it knows its server's URL when it is built, and asks for nothing else. It sends a greeting,
// prints the echo, and closes. The compiler parses the URL, so there is no parser in the image, nor anything else of
// whit that is not used here.
#include <string_view>

#include "board.hpp"
#include "whit/url_literal.hpp"
#include "whit/websocket.hpp"

namespace {

namespace board = whit::board;
using namespace whit::literals;

constexpr std::string_view kGreeting = "hello from a board";
constexpr whit::Url kUrl = WHIT_HELLO_URL ""_url;  // "" makes one literal of the macro's text and the suffix

std::uint8_t ring[512];

}  // namespace

int main(int argc, char** argv) {
  board::start(argc, argv);
  static whit::ConnectOptions options;
  static whit::WebSocket socket(board::tcp(), board::entropy(), whit::MutBytes(ring));
  bool good = socket.connect(kUrl, options, board::now()) == whit::Status::ok;
  bool echoed = false;
  while (good) {
    whit::Event event;
    while (socket.poll(board::now(), event)) {
      if (event.type == whit::Event::Type::open) good = socket.send(kGreeting) == whit::Status::ok;
      if (event.type == whit::Event::Type::chunk) {
        // So short a message arrives in one piece.
        const std::string_view text = as_text(whit::Bytes(event.chunk.data));
        board::print(text);
        board::print("\n");
        echoed = text == kGreeting && event.chunk.last;
        good = socket.close(whit::close_code::kNormalClosure) == whit::Status::ok;
      }
      if (event.type == whit::Event::Type::close) board::end(echoed && event.close.was_clean);
    }
    board::wait(socket.next_deadline());
  }
  board::end(false);
}
