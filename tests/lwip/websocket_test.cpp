// The whole client over lwIP: a WebSocket to a WebSocket, both on lwip::Tcp, one of them through the listener.
#include "whit/websocket.hpp"

#include <gtest/gtest.h>

#include <array>

#include "far_end.hpp"
#include "lwip/clock.hpp"
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcp.hpp"
#include "lwip/tcp_listener.hpp"
#include "support/entropy.hpp"
#include "whit/server.hpp"
#include "world.hpp"

namespace whit::lwip_test {
namespace {

lwip::TcpOptions with(lwip::Sending sending) {
  lwip::TcpOptions options;
  options.sending = sending;
  return options;
}

class LwipWebSocket : public testing::TestWithParam<lwip::Sending> {
 protected:
  LwipWebSocket() : near_tcp_(with(GetParam())), far_tcp_(with(GetParam())) {}

  // The client's loop: it wakes only when a packet arrives or when whit's or lwIP's deadline says so.
  void run(std::uint32_t ms) {
    const Instant limit = world_.now() + ms;
    while (!reached(world_.now(), limit)) {
      serve();
      Event event;
      while (client_.poll(world_.now(), event)) note(event);
      ++wakes_;
      const Deadline whits = Deadline::earlier(client_.next_deadline(), near_tcp_.next_deadline());
      const Deadline wake = Deadline::earlier(whits, lwip::next_deadline(world_.now()));
      const std::uint32_t sleep = std::min({limit - world_.now(), wake.ms_left(world_.now()), world_.ms_to_next()});
      if (sleep == 0) {
        world_.settle();
      } else {
        world_.run(sleep);
      }
    }
  }

  void note(const Event& event) {
    if (event.type == Event::Type::open) opened_ = true;
    if (event.type == Event::Type::chunk) received_.append(as_text(event.chunk.data));
    if (event.type == Event::Type::close) {
      closed_ = true;
      clean_ = event.close.was_clean;
      code_ = event.close.code;
    }
  }

  // An echo server with one connection.
  void serve() {
    if (far_tcp_.poll(world_.now()) == Link::idle && listener_.accept(far_tcp_)) {
      ASSERT_EQ(server_.accept(handshake_, world_.now()), Status::ok);
    }
    Event event;
    while (server_.poll(world_.now(), event)) {
      if (event.type != Event::Type::chunk) continue;
      if (event.chunk.first) {
        ASSERT_EQ(server_.begin(event.chunk.type), Status::ok);
      }
      Bytes rest = event.chunk.data;
      for (int i = 0; i < 10000 && !rest.empty(); ++i) {
        std::size_t taken = 0;
        if (server_.write(rest, taken) == Status::ok) rest = rest.drop(taken);
        if (rest.empty() || !server_.flush(world_.now())) break;
        world_.run(1);
      }
      ASSERT_TRUE(rest.empty());
      for (int i = 0; i < 10000 && event.chunk.last && server_.end() != Status::ok; ++i) {
        server_.flush(world_.now());
        world_.run(1);
      }
    }
  }

  World world_;
  test::TestEntropy entropy_;
  lwip::TcpListener listener_;
  lwip::Tcp near_tcp_;
  lwip::Tcp far_tcp_;
  std::array<std::uint8_t, 512> near_ring_{}, far_ring_{};
  std::array<std::uint8_t, 1024> head_{};
  WebSocket client_{near_tcp_, entropy_.entropy(), near_ring_};
  WebSocket server_{far_tcp_, entropy_.entropy(), far_ring_};
  ServerOptions server_options_;
  ServerHandshake handshake_{head_, server_options_};
  const std::string url_ = "ws://" + World::address(Side::far, false) + ":8080/";
  ClientOptions options_;
  std::string received_;
  bool opened_ = false, closed_ = false, clean_ = false;
  std::uint16_t code_ = 0;
  int wakes_ = 0;
};

TEST_P(LwipWebSocket, speaks_and_closes_cleanly) {
  ASSERT_EQ(listener_.listen(8080), Status::ok);
  EXPECT_EQ(listener_.listen(8080), Status::invalid_state);
  ASSERT_EQ(client_.connect(url_, options_, world_.now()), Status::ok);
  run(2000);
  ASSERT_TRUE(opened_);
  std::string sent;
  for (int i = 0; i < 50; ++i) {
    const std::string text = "message " + std::to_string(i) + std::string(static_cast<std::size_t>(i) * 5, '.');
    ASSERT_EQ(client_.send(text), Status::ok);
    sent += text;
    run(1000);
  }
  EXPECT_EQ(received_, sent);
  ASSERT_EQ(client_.close(1000, "done"), Status::ok);
  run(20000);
  EXPECT_TRUE(closed_ && clean_);
  EXPECT_EQ(code_, 1000);
  near_tcp_.close(How::abort);
  far_tcp_.close(How::abort);
  listener_.close();
}

// An idle link wakes for lwIP's timers, which stop when nothing is in flight, and for its own keepalive: not more.
TEST_P(LwipWebSocket, an_idle_link_sleeps) {
  ASSERT_EQ(listener_.listen(8080), Status::ok);
  ASSERT_EQ(client_.connect(url_, options_, world_.now()), Status::ok);
  run(2000);
  ASSERT_TRUE(opened_);
  wakes_ = 0;
  constexpr std::uint32_t kMinute = 60000;
  run(kMinute);
  EXPECT_EQ(client_.ready_state(), ReadyState::open);
  // lwIP's timer of TCP while a connection exists, three others of a second each (fragments, ND, DNS), two pings.
  EXPECT_LE(wakes_, static_cast<int>(kMinute / TCP_TMR_INTERVAL + 3 * kMinute / 1000) + 40);
  near_tcp_.close(How::abort);
  far_tcp_.close(How::abort);
  listener_.close();
}

TEST_P(LwipWebSocket, a_listener_holds_what_arrives_before_it_is_accepted) {
  ASSERT_EQ(listener_.listen(8080), Status::ok);
  FarEnd first, second, third;
  const std::string address = World::address(Side::near, false);
  for (FarEnd* each : {&first, &second, &third}) ASSERT_TRUE(each->connect(address, 8080));
  world_.run(100);
  EXPECT_TRUE(third.failed());  // there are two places
  const std::string early = "early";
  ASSERT_EQ(second.send(as_bytes(early)), 5u);
  ASSERT_EQ(first.send(as_bytes(early)), 5u);
  first.end();
  world_.run(100);
  ASSERT_TRUE(listener_.accept(near_tcp_));
  EXPECT_EQ(near_tcp_.poll(world_.now()), Link::up);
  EXPECT_EQ(as_text(near_tcp_.rx()), early);
  near_tcp_.rx_consume(5);
  EXPECT_EQ(near_tcp_.poll(world_.now()), Link::eof);
  ASSERT_TRUE(listener_.accept(far_tcp_));
  EXPECT_EQ(as_text(far_tcp_.rx()), early);
  EXPECT_FALSE(listener_.accept(near_tcp_));
  EXPECT_EQ(near_tcp_.poll(world_.now()), Link::eof);  // and stays what it was
  near_tcp_.close(How::abort);
  far_tcp_.close(How::abort);
  listener_.close();
}

// Dropped connections leave their places free.
TEST_P(LwipWebSocket, a_connection_that_goes_away_while_it_waits_frees_its_place) {
  ASSERT_EQ(listener_.listen(8080), Status::ok);
  const std::string address = World::address(Side::near, false);
  for (int i = 0; i < 10; ++i) {
    FarEnd end;
    ASSERT_TRUE(end.connect(address, 8080));
    world_.run(100);
    EXPECT_TRUE(end.connected() && !end.failed()) << i;
    end.reset();
    world_.run(100);
    EXPECT_FALSE(listener_.accept(near_tcp_));
  }
  listener_.close();
}

INSTANTIATE_TEST_SUITE_P(Sending, LwipWebSocket, testing::Values(lwip::Sending::in_place, lwip::Sending::copy),
                         [](const testing::TestParamInfo<lwip::Sending>& each) {
                           return each.param == lwip::Sending::copy ? "copying" : "in_place";
                         });

}  // namespace
}  // namespace whit::lwip_test
