// lwip::Tcp under LOCK_TCPIP_CORE: an application's threads beside lwIP's own, which wakes them.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "lwip/clock.hpp"
#include "lwip/tcp.hpp"
#include "lwip/tcp_listener.hpp"
#include "lwip/tcpip.h"
#include "support/entropy.hpp"
#include "whit/messages.hpp"
#include "whit/server.hpp"
#include "whit/websocket.hpp"

namespace whit::lwip_test {
namespace {

using Clock = std::chrono::steady_clock;

// What a semaphore is to an RTOS task.
class Bell {
 public:
  [[nodiscard]] lwip::Wake wake() {
    return {[](void* self) { static_cast<Bell*>(self)->ring(); }, this};
  }
  void ring() {
    const std::lock_guard<std::mutex> lock(mutex_);
    rung_ = true;
    news_.notify_one();
  }
  void wait(std::uint32_t ms) {
    std::unique_lock<std::mutex> lock(mutex_);
    news_.wait_for(lock, std::chrono::milliseconds(std::min(ms, std::uint32_t{5000})), [this] { return rung_; });
    rung_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  bool rung_ = false;
};

lwip::TcpOptions options(Bell& bell, lwip::Sending sending) {
  lwip::TcpOptions options;
  options.wake = bell.wake();
  options.sending = sending;
  return options;
}

void start_lwip() {
  static std::atomic<bool> started{false};
  static std::once_flag once;
  std::call_once(once, [] { tcpip_init([](void*) { started = true; }, nullptr); });
  while (!started) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

// An echo server in a thread of its own.
class EchoServer {
 public:
  explicit EchoServer(lwip::Sending sending) : tcp_(options(bell_, sending)), listener_(bell_.wake()) {
    EXPECT_EQ(listener_.listen(8080), Status::ok);
    thread_ = std::thread([this] { run(); });
  }
  ~EchoServer() {
    stop_ = true;
    bell_.ring();
    thread_.join();
    tcp_.close(How::abort);
    listener_.close();
  }

 private:
  void run() {
    while (!stop_) {
      if (tcp_.poll(lwip::now()) == Link::idle && listener_.accept(tcp_)) {
        EXPECT_EQ(socket_.accept(handshake_, lwip::now()), Status::ok);
      }
      Event event;
      while (messages_.poll(lwip::now(), event)) {
        if (event.type != Event::Type::message) continue;
        EXPECT_EQ(socket_.send(event.message.text()), Status::ok);
      }
      bell_.wait(socket_.next_deadline().ms_left(lwip::now()));
    }
  }

  Bell bell_;
  test::TestEntropy entropy_;
  std::array<std::uint8_t, 2048> ring_{}, message_{};
  std::array<std::uint8_t, 1024> head_{};
  lwip::Tcp tcp_;
  lwip::TcpListener listener_;
  WebSocket socket_{tcp_, entropy_.entropy(), MutBytes(ring_)};
  Messages messages_{socket_, MutBytes(message_)};
  ServerOptions server_options_;
  ServerHandshake handshake_{MutBytes(head_), server_options_};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

class LwipRtos : public testing::TestWithParam<lwip::Sending> {};

TEST_P(LwipRtos, threads_talk_over_loopback) {
  start_lwip();
  EchoServer server(GetParam());
  Bell bell;
  test::TestEntropy entropy;
  std::array<std::uint8_t, 2048> ring{}, message{};
  lwip::Tcp tcp(options(bell, GetParam()));
  WebSocket socket(tcp, entropy.entropy(), MutBytes(ring));
  Messages messages(socket, MutBytes(message));
  ClientOptions client;
  ASSERT_EQ(socket.connect("ws://127.0.0.1:8080/", client, lwip::now()), Status::ok);

  constexpr int kMessages = 2000;
  int received = 0;
  bool closed = false, clean = false;
  const auto say = [&] { return socket.send("message " + std::to_string(received)); };
  const auto limit = Clock::now() + std::chrono::seconds(60);
  while (!closed && Clock::now() < limit) {
    Event event;
    while (messages.poll(lwip::now(), event)) {
      if (event.type == Event::Type::open) {
        ASSERT_EQ(say(), Status::ok);
      } else if (event.type == Event::Type::message) {
        ASSERT_EQ(event.message.text(), "message " + std::to_string(received));
        ++received;
        ASSERT_EQ(received < kMessages ? say() : socket.close(1000), Status::ok);
      } else if (event.type == Event::Type::close) {
        closed = true;
        clean = event.close.was_clean;
      }
    }
    if (!closed) bell.wait(socket.next_deadline().ms_left(lwip::now()));
  }
  EXPECT_EQ(received, kMessages);
  EXPECT_TRUE(clean);
  tcp.close(How::abort);
}

INSTANTIATE_TEST_SUITE_P(Sending, LwipRtos, testing::Values(lwip::Sending::in_place, lwip::Sending::copy),
                         [](const testing::TestParamInfo<lwip::Sending>& each) {
                           return each.param == lwip::Sending::copy ? "copying" : "in_place";
                         });

}  // namespace
}  // namespace whit::lwip_test
