// A WebSocket client over lwIP's sockets with a server in another thread, each asleep in lwip_poll() meanwhile.
#include "whit/websocket.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "link.hpp"
#include "posix/posix.h"
#include "talking_server.hpp"

namespace whit::sockets_test {
namespace {

class SocketsWebSocket : public testing::Test {
 protected:
  Status connect(std::uint16_t port) {
    url_ = "ws://127.0.0.1:" + std::to_string(port) + "/";
    return client_.connect(url_, options_, posix::now());
  }

  /// The client's loop, until `done` or for twenty seconds.
  template <typename Condition>
  bool until(Condition done) {
    const Instant limit = posix::now() + 20000;
    while (!reached(posix::now(), limit)) {
      for (Event event; client_.poll(posix::now(), event);) note(event);
      if (done()) return true;
      link_.tcp.wait(Deadline::earlier(client_.next_deadline(), Deadline::at(limit)));
      ++wakes_;
    }
    return false;
  }
  bool until_open() {
    return until([this] { return opened_; });
  }
  bool until_closed() {
    return until([this] { return closed_; });
  }
  bool says(std::string_view text) {
    text_.clear();
    if (client_.send(text) != Status::ok) return false;
    return until([&] { return text_ == text; });
  }

  void note(const Event& event) {
    if (event.type == Event::Type::open) opened_ = true;
    if (event.type == Event::Type::pong) ++pongs_;
    if (event.type == Event::Type::error) error_ = event.error;
    if (event.type == Event::Type::close) {
      closed_ = true;
      close_ = event.close;
    }
    if (event.type != Event::Type::chunk) return;
    const Chunk& chunk = event.chunk;
    if (chunk.type == MessageType::text) {
      text_.append(as_text(chunk.data));
      return;
    }
    for (std::size_t i = 0; i < chunk.data.size(); ++i) {
      right_ += chunk.data[i] == TalkingServer::pattern(chunk.offset + i) ? 1 : 0;
    }
  }

  TalkingServer server_;
  TestLink link_;
  test::TestEntropy entropy_;
  std::array<std::uint8_t, 512> ring_{};
  WebSocket client_{link_.tcp, entropy_.entropy(), MutBytes(ring_)};
  ClientOptions options_;
  std::string url_;
  std::string text_;
  std::size_t right_ = 0;
  int pongs_ = 0, wakes_ = 0;
  bool opened_ = false, closed_ = false;
  Error error_ = Error::none;
  CloseEvent close_;
};

TEST_F(SocketsWebSocket, a_whole_conversation_twice) {
  for (int round = 0; round < 2; ++round) {
    opened_ = closed_ = false;
    ASSERT_EQ(connect(server_.port()), Status::ok);
    ASSERT_TRUE(until_open());
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(says("message " + std::to_string(i))) << text_;
    ASSERT_EQ(client_.close(1000, "done"), Status::ok);
    ASSERT_TRUE(until_closed());
    EXPECT_TRUE(close_.was_clean);
    EXPECT_EQ(close_.code, 1000);
    EXPECT_EQ(error_, Error::none);
  }
}

TEST_F(SocketsWebSocket, refused_connection) {
  ASSERT_EQ(connect(dead_port()), Status::ok);
  ASSERT_TRUE(until_closed());
  EXPECT_FALSE(opened_);
  EXPECT_EQ(error_, Error::connection_refused);
  EXPECT_EQ(close_.code, 1006);
}

TEST_F(SocketsWebSocket, reset) {
  ASSERT_EQ(connect(server_.port()), Status::ok);
  ASSERT_TRUE(until_open());
  ASSERT_TRUE(says("hello"));
  ASSERT_EQ(client_.send("reset"), Status::ok);
  ASSERT_TRUE(until_closed());
  EXPECT_EQ(error_, Error::connection_reset);
  EXPECT_EQ(close_.code, 1006);
  EXPECT_FALSE(close_.was_clean);
}

// The server ends its direction of TCP and forgets to say goodbye.
TEST_F(SocketsWebSocket, half_close) {
  ASSERT_EQ(connect(server_.port()), Status::ok);
  ASSERT_TRUE(until_open());
  ASSERT_TRUE(says("hello"));
  ASSERT_EQ(client_.send("half"), Status::ok);
  ASSERT_TRUE(until_closed());
  EXPECT_EQ(error_, Error::connection_lost);
  EXPECT_FALSE(close_.was_clean);
}

TEST_F(SocketsWebSocket, large_message_to_the_server) {
  constexpr std::size_t kSize = 300000;
  std::string sent(kSize, '\0');
  for (std::size_t i = 0; i < kSize; ++i) sent[i] = static_cast<char>(TalkingServer::pattern(i));
  ASSERT_EQ(connect(server_.port()), Status::ok);
  ASSERT_TRUE(until_open());
  ASSERT_EQ(client_.begin(MessageType::binary, kSize), Status::ok);
  Bytes rest = as_bytes(sent);
  ASSERT_TRUE(until([&] {
    std::size_t taken = 0;
    while (!rest.empty() && client_.write(rest, taken) == Status::ok) rest = rest.drop(taken);
    return rest.empty();
  }));
  ASSERT_EQ(client_.end(), Status::ok);
  ASSERT_TRUE(until([this] { return !text_.empty(); }));
  EXPECT_EQ(text_, std::to_string(kSize));
}

TEST_F(SocketsWebSocket, large_message_from_the_server) {
  ASSERT_EQ(connect(server_.port()), Status::ok);
  ASSERT_TRUE(until_open());
  ASSERT_EQ(client_.send("flood"), Status::ok);
  EXPECT_TRUE(until([this] { return right_ == TalkingServer::kFlood; })) << right_;
}

// The keepalive wakes the loop, and little else does.
TEST_F(SocketsWebSocket, wait_returns_at_the_deadline) {
  options_.ping_interval_ms = 40;
  ASSERT_EQ(connect(server_.port()), Status::ok);
  ASSERT_TRUE(until_open());
  const Instant start = posix::now();
  wakes_ = 0;
  ASSERT_TRUE(until([this] { return pongs_ == 5; }));
  EXPECT_GE(posix::now() - start, 200u);
  EXPECT_LE(wakes_, 50);
}

// The functions for C that need nothing but the sockets.
TEST_F(SocketsWebSocket, the_interface_for_c_sleeps_and_tells_the_time) {
  whit_posix_tcp storage;
  std::uint8_t rx[256];
  ASSERT_NE(whit_posix_tcp_init(&storage, rx, sizeof rx), nullptr);
  const std::uint32_t start = whit_posix_now_ms();
  whit_posix_wait(&storage, 30);
  EXPECT_GE(whit_posix_now_ms() - start, 30u);
}

}  // namespace
}  // namespace whit::sockets_test
