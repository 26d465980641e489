// A whole life of links through the public API, of both roles, without one allocation.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "support/allocations.hpp"
#include "whit/listener.hpp"
#include "whit/messages.hpp"
#include "whit/refusal.hpp"
#include "whit/server.hpp"
#include "whit/websocket.hpp"

namespace whit {
namespace {

/// One direction of a link. It is drained often enough that a wrap is not needed.
struct Wire {
  std::uint8_t bytes[8192];
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t carried = 0;
  bool ended = false;
};

/// One end of two wires: short views, short writes, nothing that could allocate.
class Plug final : public Transport {
 public:
  Plug(Wire& in, Wire& out) : in_(in), out_(out) {}
  void adopt() { open_ = true; }

  Status connect(std::string_view, std::uint16_t) override {
    adopt();
    return Status::ok;
  }
  Link poll(Instant) override {
    if (!open_) return Link::idle;
    return in_.ended && in_.begin == in_.end ? Link::eof : Link::up;
  }
  MutBytes rx() override { return {in_.bytes + in_.begin, std::min<std::size_t>(in_.end - in_.begin, 97)}; }
  void rx_consume(std::size_t n) override {
    in_.begin += n;
    if (in_.begin == in_.end) in_.begin = in_.end = 0;
  }
  std::size_t tx(Bytes front) override {
    const std::size_t n = std::min({front.size(), sizeof out_.bytes - out_.end, std::size_t{61}});
    if (n != 0) std::memcpy(out_.bytes + out_.end, front.data(), n);
    out_.end += n;
    out_.carried += n;
    return n;
  }
  void close(How how) override {
    out_.ended = true;
    if (how == How::abort) open_ = false;
  }
  Error error() const override { return Error::none; }

 private:
  Wire& in_;
  Wire& out_;
  bool open_ = false;
};

bool seven(void*, MutBytes out) {
  std::memset(out.data(), 7, out.size());
  return true;
}

/// What a client heard of, counted without a container.
struct Heard final : Listener {
  unsigned opens = 0, messages = 0, skips = 0, pongs = 0, errors = 0, closes = 0;
  std::size_t bytes = 0;
  Error error = Error::none;
  std::uint16_t status = 0, code = 0;

  void on_open() override { ++opens; }
  void on_message(const Message& message) override {
    ++messages;
    bytes += message.data.size();
  }
  void on_skipped(const Skipped& skipped) override {
    ++skips;
    bytes += static_cast<std::size_t>(skipped.size);
  }
  void on_pong(std::uint32_t) override { ++pongs; }
  void on_error(Error why, std::uint16_t http_status) override {
    ++errors;
    error = why;
    status = http_status;
  }
  void on_close(const CloseEvent& event) override {
    ++closes;
    code = event.code;
  }
};

Answer answer(void* context, const Request& request) {
  Answer reply;
  if (*static_cast<bool*>(context) && request.upgrade) return reply;
  reply.status = 403;
  reply.content_type = "text/plain";
  reply.body = "not you";
  return reply;
}

/// A client and a server that echoes, joined.
struct Pair {
  Pair() {
    target.add_listener(heard);
    server_options.on_request = answer;
    server_options.context = &welcome;
    server_options.subprotocols = Span<const std::string_view>(protocols);
    client_options.subprotocols = server_options.subprotocols;
    client_options.headers = Span<const Header>(headers);
    client_options.user = "user";
    client_options.password = "password";
    client_options.refusal = &refusal;
  }

  bool start() {
    up.begin = up.end = down.begin = down.end = 0;
    up.ended = down.ended = false;
    far.adopt();
    return client.connect("ws://host/path?query", client_options, now) == Status::ok &&
           server.accept(handshake, now) == Status::ok;
  }

  /// Until neither end has anything more to do.
  void run() {
    unsigned rounds = 0;
    for (unsigned quiet = 0; quiet < 3 && rounds < 10000; ++rounds, ++quiet) {
      const std::size_t carried = up.carried + down.carried;
      Event event;
      while (messages.poll(now, event)) {
        quiet = 0;
        target.dispatch(event);
      }
      while (server.poll(now, event)) {
        quiet = 0;
        if (event.type == Event::Type::chunk) echo(event.chunk);
      }
      if (up.carried + down.carried != carried) quiet = 0;
    }
    good = good && rounds < 10000;
  }

  void echo(const Chunk& chunk) {
    if (chunk.first) good = good && server.begin(chunk.type) == Status::ok;
    Bytes rest(chunk.data.data(), chunk.data.size());
    for (unsigned tries = 0; !rest.empty() && tries < 100; ++tries) {
      std::size_t taken = 0;
      if (server.write(rest, taken) == Status::ok) rest = rest.drop(taken);
      static_cast<void>(server.flush(now));
    }
    good = good && rest.empty() && (!chunk.last || server.end() == Status::ok);
  }

  /// A message that is larger than the ring.
  void send_large(bool sized, std::size_t size) {
    good = good && (sized ? client.begin(MessageType::binary, size) : client.begin(MessageType::binary)) == Status::ok;
    std::uint8_t piece[300] = {};
    while (good && size != 0) {
      std::size_t taken = 0;
      const Status status = client.write(Bytes(piece, std::min(size, sizeof piece)), taken);
      good = status == Status::ok || status == Status::would_block;
      size -= taken;
      run();
    }
    good = good && client.end() == Status::ok;
    run();
  }

  Wire up, down;
  Plug near{down, up}, far{up, down};
  std::uint8_t near_ring[512], far_ring[2048], request[512], assembled[1024];
  std::string_view protocols[2] = {"one", "two"};
  Header headers[1] = {{"X-Device", "seven"}};
  StaticRefusal<256> refusal;
  ClientOptions client_options;
  ServerOptions server_options;
  ServerHandshake handshake{MutBytes(request), server_options};
  WebSocket client{near, {seven, nullptr}, MutBytes(near_ring)};
  WebSocket server{far, {seven, nullptr}, MutBytes(far_ring)};
  Messages messages{client, MutBytes(assembled), Oversize::skip};
  EventTarget target;
  Heard heard;
  Instant now{1000};
  bool welcome = true;
  bool good = true;
};

TEST(Allocation, IsCounted) {
  test::Allocations count;
  void* volatile block = std::malloc(3);
  std::free(block);
  EXPECT_GE(count.end(), 1u);
  test::Allocations again;
  int* volatile number = new int(3);
  delete number;
  EXPECT_GE(again.end(), 1u);
}

TEST(Allocation, NoneInAWholeSession) {
  test::Allocations count;
  Pair pair;
  bool started = pair.start();
  pair.run();
  const Bytes parts[] = {as_bytes("one "), as_bytes("message")};
  bool sent = pair.client.send("hello") == Status::ok && pair.client.send(as_bytes("binary")) == Status::ok &&
              pair.client.send(MessageType::text, Span<const Bytes>(parts)) == Status::ok;
  pair.run();
  sent = sent && pair.client.ping(as_bytes("ping")) == Status::ok;
  pair.run();
  pair.send_large(false, 900);
  pair.send_large(true, 5000);
  pair.now = pair.now + pair.client_options.ping_interval_ms;  // keepalive's ping
  pair.run();
  const bool closing = pair.client.close(close_code::kForbidden, "enough") == Status::ok;
  pair.run();
  const std::size_t allocations = count.end();

  EXPECT_EQ(allocations, 0u);
  EXPECT_TRUE(started && sent && closing && pair.good);
  EXPECT_EQ(pair.heard.opens, 1u);
  EXPECT_EQ(pair.heard.messages, 4u);
  EXPECT_EQ(pair.heard.skips, 1u);
  EXPECT_EQ(pair.heard.bytes, 5u + 6 + 11 + 900 + 5000);
  EXPECT_EQ(pair.heard.pongs, 2u);
  EXPECT_EQ(pair.heard.errors, 0u);
  EXPECT_EQ(pair.heard.closes, 1u);
  EXPECT_EQ(pair.heard.code, close_code::kForbidden);
}

TEST(Allocation, NoneWhenRefusedOrBroken) {
  test::Allocations count;
  Pair pair;
  pair.welcome = false;
  bool started = pair.start();
  pair.run();
  const Heard refused = pair.heard;
  const std::string_view body = as_text(pair.refusal.body());
  const std::size_t words = to_string(refused.error).size() + describe(refused.error).size();

  pair.welcome = true;  // again on the same objects, and the peer breaks a rule
  started = started && pair.start();
  pair.run();
  const std::uint8_t reserved_opcode[] = {0x83, 0};
  const std::size_t put = pair.far.tx(Bytes(reserved_opcode));
  pair.run();
  const std::size_t allocations = count.end();

  EXPECT_EQ(allocations, 0u);
  EXPECT_TRUE(started);
  EXPECT_EQ(refused.error, Error::bad_status);
  EXPECT_EQ(refused.status, 403u);
  EXPECT_EQ(refused.closes, 1u);
  EXPECT_EQ(body, "not you");
  EXPECT_GT(words, 20u);
  EXPECT_EQ(put, sizeof reserved_opcode);
  EXPECT_EQ(pair.heard.opens, 1u);
  EXPECT_EQ(category(pair.heard.error), Category::protocol);
  EXPECT_EQ(pair.heard.closes, 2u);
}

}  // namespace
}  // namespace whit
