// The simulated network as users would use it, and stories of an hour in it.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "sim/network.hpp"
#include "sim/server.hpp"
#include "sim/tcp.hpp"
#include "whit/messages.hpp"
#include "whit/outbox.hpp"
#include "whit/session.hpp"

namespace whit {
namespace {

constexpr std::uint32_t kMinute = 60000;

// An application: it sends a reading every ten seconds and notes what it hears.
class Device {
 public:
  explicit Device(sim::Network& network, const SessionOptions& options = {})
      : network_(network), tcp_(network), session_(socket_, messages_, network.entropy(), client_, with_url(options)) {}

  void start() { ASSERT_EQ(session_.start(network_.now()), Status::ok); }

  Deadline turn() {
    const Instant now = network_.now();
    if (reached(now, next_reading_)) {
      next_reading_ = now + 10000;
      const std::string reading = "reading " + std::to_string(readings++);
      static_cast<void>(outbox_.submit(reading, now));
    }
    Event event;
    while (session_.poll(now, event)) {
      outbox_.on_event(event);
      note(event);
    }
    outbox_.pump(now);
    return Deadline::earlier(session_.next_deadline(), Deadline::at(next_reading_));
  }

  std::size_t live(std::uint32_t ms) {
    return network_.run(ms, [this] { return turn(); });
  }

  std::string trace;
  std::string heard;
  int readings = 0;
  [[nodiscard]] bool open() const { return socket_.ready_state() == ReadyState::open; }
  Session& session() { return session_; }
  Outbox& outbox() { return outbox_; }

 private:
  SessionOptions with_url(SessionOptions options) {
    options.urls = urls_;
    return options;
  }

  void note(const Event& event) {
    if (event.type == Event::Type::open) trace += "open ";
    if (event.type == Event::Type::message) heard += std::string(event.message.text()) + "\n";
    if (event.type == Event::Type::error) trace += std::string(to_string(event.error)) + " ";
    if (event.type == Event::Type::close) trace += "close " + std::to_string(event.close.code) + " ";
  }

  sim::Network& network_;
  const std::string_view urls_[1] = {"ws://cloud.example/telemetry"};
  ClientOptions client_;
  std::array<std::uint8_t, 512> ring_{};
  std::array<std::uint8_t, 256> message_{};
  std::array<std::uint8_t, 8192> waiting_{};
  sim::Tcp tcp_;
  WebSocket socket_{tcp_, network_.entropy(), MutBytes(ring_)};
  Messages messages_{socket_, MutBytes(message_)};
  Session session_;
  Outbox outbox_{socket_, MutBytes(waiting_)};
  Instant next_reading_{};
};

TEST(Sim, a_device_talks_to_a_server) {
  sim::Network network;
  sim::Server server(network, "cloud.example", 80);
  server.on_message = [](sim::Server::Connection& from, std::string_view message) {
    from.send("heard " + std::string(message));
  };
  Device device(network);
  device.start();
  device.live(kMinute);
  EXPECT_EQ(device.trace, "open ");
  EXPECT_GE(server.messages().size() + 1, static_cast<std::size_t>(device.readings)) << "the last is on its way";
  EXPECT_NE(device.heard.find("heard reading 3\n"), std::string::npos);
}

TEST(Sim, what_can_go_wrong_has_its_name) {
  sim::Network network;
  Device device(network);
  device.start();
  device.live(kMinute);
  EXPECT_NE(device.trace.find("name_not_found"), std::string::npos) << device.trace;
  {
    sim::Server server(network, "cloud.example", 80);
    server.crash();
    device.trace.clear();
    device.live(10 * kMinute);
    EXPECT_NE(device.trace.find("connection_refused"), std::string::npos) << device.trace;
    server.restart();
    device.live(10 * kMinute);
    EXPECT_TRUE(device.open());
    network.conditions.up = false;
    device.trace.clear();
    device.live(10 * kMinute);
    EXPECT_EQ(device.trace.substr(0, 24), "pong_timeout close 1006 ");
    network.conditions.up = true;
    network.conditions.names = false;
    device.live(10 * kMinute);
    EXPECT_NE(device.trace.find("name_lookup_failed"), std::string::npos) << device.trace;
    network.conditions.names = true;
    device.live(10 * kMinute);
    EXPECT_TRUE(device.open());
    device.trace.clear();
  }
  device.live(100);
  EXPECT_EQ(device.trace, "connection_reset close 1006 ");
}

TEST(Sim, servers_follow_their_script) {
  sim::Network network;
  sim::Server server(network, "cloud.example", 80);
  server.script = {{503, "Retry-After: 7\r\n"}, {}, {}, {}, {}, {}};
  server.script[1].reset = true;
  server.script[2].close_after_ms = 1000;
  server.script[3].die_after_ms = 1000;
  server.script[4].silent = true;
  Device device(network);
  device.start();
  device.live(60 * kMinute);
  EXPECT_EQ(device.trace,
            "bad_status close 1006 connection_reset close 1006 open close 1001 open connection_reset close 1006 open "
            "pong_timeout close 1006 open ");
  EXPECT_EQ(server.connections(), 6u);
  EXPECT_EQ(server.opened(), 4u);
}

// A NAT that forgets: the link is found dead, and the interval of pings falls below what the NAT bears.
TEST(Sim, a_nat_that_forgets_is_outwitted) {
  sim::Network network;
  network.conditions.nat_timeout_ms = 45000;
  sim::Server server(network, "cloud.example", 80);
  const std::string_view urls[] = {"ws://cloud.example/"};
  std::array<std::uint8_t, 512> ring{};
  sim::Tcp tcp(network);
  WebSocket socket(tcp, network.entropy(), MutBytes(ring));
  ClientOptions client;
  SessionOptions options;
  options.urls = urls;
  options.most_ping_interval_ms = 20 * kMinute;
  Session session(socket, network.entropy(), client, options);
  ASSERT_EQ(session.start(network.now()), Status::ok);
  const auto turn = [&] {
    Event event;
    while (session.poll(network.now(), event)) {
    }
    return session.next_deadline();
  };
  network.run(60 * kMinute, turn);
  EXPECT_GT(server.opened(), 1u);
  const std::size_t before = server.opened();
  network.run(120 * kMinute, turn);
  EXPECT_LE(server.opened(), before + 1) << "it has learnt";
  EXPECT_LT(session.ping_interval_ms(), 45000u);
  EXPECT_GT(session.ping_interval_ms(), 20000u);
}

// The weather of one story: everything changes every few minutes.
void change(sim::Network& network, sim::Server& server) {
  sim::Conditions& now = network.conditions;
  now.latency_ms = network.random(400);
  now.jitter_ms = network.random(200);
  now.loss = network.random(100);
  now.random_writes = network.random(2) == 0;
  now.up = network.random(5) != 0;
  now.names = network.random(5) != 0;
  now.nat_timeout_ms = network.random(3) == 0 ? 40000 : 0;
  server.script = {{}};
  sim::Behaviour& behaviour = server.script.front();
  constexpr std::uint16_t kStatuses[] = {101, 101, 101, 503, 404};
  behaviour.status = kStatuses[network.random(5)];
  behaviour.silent = network.random(8) == 0;
  behaviour.reset = network.random(8) == 0;
  behaviour.close_after_ms = network.random(3) == 0 ? 1 + network.random(kMinute) : 0;
  behaviour.die_after_ms = network.random(3) == 0 ? 1 + network.random(kMinute) : 0;
  if (network.random(4) == 0) server.crash();
  if (network.random(2) == 0) server.restart();
}

std::string story(std::uint64_t seed) {
  sim::Network network(seed);
  sim::Server server(network, "cloud.example", 80);
  SessionOptions options;
  options.policy = [](const Cause&) { return Verdict{}; };  // all is worth another try here
  Device device(network, options);
  device.start();
  for (int i = 0; i < 15; ++i) {
    change(network, server);
    device.live(4 * kMinute);
  }
  network.conditions = {};
  server.script.clear();
  server.restart();
  device.live(15 * kMinute);
  const std::size_t heard = server.messages().size();
  device.live(kMinute);
  const bool ok = device.open() && server.messages().size() > heard && device.outbox().size() <= 1;
  return (ok ? "" : "BAD: ") + device.trace + std::to_string(server.messages().size());
}

// Whatever happened, in the end it is connected, and readings arrive.
TEST(Sim, three_hundred_stories_end_connected) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const std::string trace = story(seed);
    ASSERT_NE(trace.substr(0, 3), "BAD") << "seed " << seed << ": " << trace;
  }
}

TEST(Sim, a_seed_tells_the_same_story) {
  EXPECT_EQ(story(7), story(7));
  EXPECT_NE(story(7), story(8));
}

// A loop that sleeps: so many wake-ups in a quiet hour, beside one for each packet.
TEST(Sim, wake_ups_are_counted) {
  sim::Network network;
  sim::Server server(network, "cloud.example", 80);
  server.on_message = [](sim::Server::Connection&, std::string_view) {};
  Device device(network);
  device.start();
  device.live(kMinute);
  const std::size_t wakes = device.live(60 * kMinute);
  // A reading wakes it to be queued and to be sent, a ping to be queued and sent, and once more with its answer.
  EXPECT_LE(wakes, 360u * 2 + 120u * 3);
}

}  // namespace
}  // namespace whit
