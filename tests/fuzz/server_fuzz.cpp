// What a client sends to a server: the request and the frames. The first byte cuts the input, the second bounds the
// writes, the third chooses what the application does, the fourth how it answers and whether a correct request comes
// first.
#include "driver.hpp"
#include "whit/server.hpp"

namespace {

constexpr unsigned kCorrectFirst = 1, kNoHook = 2, kNotFound = 4;

// As an application would: it looks at every view that it is shown.
whit::Answer answer(void* context, const whit::Request& request) {
  for (const std::string_view view :
       {request.target, request.host, request.origin, request.authorization, request.cookie}) {
    for (const char c : view) REQUIRE(c != '\r' && c != '\n' && c != '\0');
  }
  REQUIRE(!request.target.empty() && request.target[0] == '/');
  whit::Answer reply;
  if ((*static_cast<unsigned*>(context) & kNotFound) == 0) return reply;
  reply.status = 404;
  reply.content_type = "text/plain";
  reply.body = "not here";
  reply.fields = "Retry-After: 30\r\n";
  return reply;
}

// An answer is one complete HTTP message, and nothing is sent behind it.
void check_refusal(const std::string& request, const std::string& sent) {
  if (sent.empty()) return;  // the client went before it had asked
  const whit::test::Head head = whit::test::parse_head(sent);
  REQUIRE(head.ok && head.start.rfind("HTTP/1.1 ", 0) == 0 && head.start.rfind("HTTP/1.1 101", 0) != 0);
  // RFC 9110 9.3.2: what HEAD asks for has no body, whatever its length would be.
  const bool asks_for_head = request.rfind("HEAD ", 0) == 0 || request.rfind("\r\nHEAD ", 0) == 0;
  const std::size_t body = sent.size() - head.size;
  REQUIRE((asks_for_head && body == 0) || std::to_string(body) == head.field("Content-Length"));
}

std::string run(const std::string& input, unsigned step, std::size_t tx_limit, const fuzz::Habits& habits,
                unsigned mode) {
  std::string prefix;
  if ((mode & kCorrectFirst) != 0) prefix = whit::test::request_text("Sec-WebSocket-Protocol: two, one\r\n");
  fuzz::Pipe pipe;
  pipe.chunks = fuzz::cut(prefix + input, step);
  pipe.tx_limit = tx_limit;
  std::uint8_t ring[512];
  std::uint8_t buffer[300];
  whit::ServerOptions options;
  const std::string_view protocols[] = {"one", "two"};
  options.subprotocols = whit::Span<const std::string_view>(protocols);
  options.max_message_size = fuzz::kMaxMessage;
  options.max_head_size = 4000;
  options.ping_interval_ms = 0;
  if ((mode & kNoHook) == 0) options.on_request = answer;
  options.context = &mode;
  whit::ServerHandshake handshake{whit::MutBytes(buffer), options};
  whit::WebSocket socket(pipe, {fuzz::fixed_entropy, nullptr}, whit::MutBytes(ring).first(habits.ring));
  REQUIRE(socket.accept(handshake, {1}) == whit::Status::ok);
  fuzz::Driver driver(socket, pipe, habits);
  const std::string trace = driver.run();
  if (!driver.opened()) {
    check_refusal(prefix + input, pipe.sent);
    return trace + "|" + pipe.sent;
  }
  const std::size_t head = pipe.sent.find("\r\n\r\n") + 4;
  REQUIRE(whit::test::parse_head(pipe.sent).start.rfind("HTTP/1.1 101 ", 0) == 0);
  // Where a request of the fuzzer's own ends is not known here, so that pongs cannot be held against pings.
  const bool known = (mode & kCorrectFirst) != 0;
  return trace + "|" + pipe.sent.substr(0, head) +
         fuzz::check_sent(pipe.sent.substr(head), known ? &input : nullptr, false);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const std::string input(reinterpret_cast<const char*>(data) + 4, size - 4);
  const fuzz::Habits habits(data[2]);
  const std::string whole = run(input, 0, ~std::size_t{0}, habits, data[3]);
  fuzz::require_same(whole, run(input, 1 + data[0] % 40u, ~std::size_t{0}, habits, data[3]));
  fuzz::require_same(whole, run(input, 1, 1 + data[1] % 100u, habits, data[3]));
  return 0;
}
