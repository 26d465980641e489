#include "exchange.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "lwip/tcp_listener.hpp"

namespace whit::lwip_test {
namespace {

std::uint8_t pattern(std::size_t at) { return static_cast<std::uint8_t>(at * 131u + (at >> 8) * 7u + 3u); }

std::vector<std::uint8_t> patterns(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = pattern(i);
  return bytes;
}

class Life {
 public:
  Life(World& world, const Exchange& exchange)
      : world_(world), exchange_(exchange), up_(patterns(exchange.up)), down_(patterns(exchange.down)) {}

  Outcome run() {
    lwip::Tcp tcp(exchange_.options);
    FarEnd far;
    const Instant limit = world_.now() + exchange_.limit_ms;
    begin(tcp, far, limit);
    Link link = Link::connecting;
    while (!reached(world_.now(), limit) && link != Link::failed && !(link == Link::eof && far.saw_end())) {
      link = tcp.poll(world_.now());
      near_end(tcp);
      far_end(far);
      sleep(tcp, limit);
    }
    outcome_.error = tcp.error();
    outcome_.allocations = allocations();
    outcome_.complete = sent_ == up_.size() && received_ == down_.size() && far_received_ == up_.size() &&
                        link == Link::eof && far.saw_end();
    outcome_.text = std::to_string(received_) + " received, " + std::to_string(sent_) + " sent, " +
                    std::to_string(far_received_) + " arrived, link " + std::to_string(static_cast<int>(link)) +
                    ", error " + std::string(to_string(outcome_.error));
    tcp.close(How::abort);
    return outcome_;
  }

 private:
  void begin(lwip::Tcp& tcp, FarEnd& far, Instant limit) {
    if (exchange_.accepts) return accept(tcp, far, limit);
    far.listen();
    fail_allocation(exchange_.fail_at);
    EXPECT_EQ(tcp.connect(exchange_.host.empty() ? address_ : exchange_.host, FarEnd::kPort), Status::ok);
  }

  void accept(lwip::Tcp& tcp, FarEnd& far, Instant limit) {
    fail_allocation(exchange_.fail_at);
    lwip::TcpListener listener;
    if (listener.listen(kPort) != Status::ok) {
      EXPECT_EQ(listener.error(), Error::out_of_resources);
      EXPECT_EQ(listener.listen(kPort), Status::ok);
    }
    while (!far.connect(World::address(Side::near, false), kPort)) far.forget();
    while (!listener.accept(tcp) && !reached(world_.now(), limit)) world_.run(std::min(10u, world_.ms_to_next()));
  }

  void near_end(lwip::Tcp& tcp) {
    const MutBytes view = tcp.rx();
    for (const std::uint8_t byte : view) outcome_.intact = byte == pattern(received_++) && outcome_.intact;
    tcp.rx_consume(view.size());
    if (sent_ < up_.size()) {
      // The window of what is offered moves like a ring: no more than 2,000 bytes at a time.
      sent_ += tcp.tx(Bytes(up_).drop(sent_).first(std::min<std::size_t>(2000, up_.size() - sent_)));
    } else if (tcp.poll(world_.now()) == Link::up || received_ > 0) {
      tcp.close(How::graceful);
    }
  }

  void far_end(FarEnd& far) {
    std::uint8_t buffer[1000];
    for (std::size_t n = far.receive(buffer); n > 0; n = far.receive(buffer)) {
      for (std::size_t i = 0; i < n; ++i) outcome_.intact = buffer[i] == pattern(far_received_++) && outcome_.intact;
    }
    far_sent_ += far.send(Bytes(down_).drop(far_sent_));
    if (far.connected() && far_sent_ == down_.size()) far.end();
  }

  void sleep(lwip::Tcp& tcp, Instant limit) {
    const Instant now = world_.now();
    // The far end is polled: its memory may have been the one that was short.
    std::uint32_t ms = std::min(std::uint32_t{50}, limit - now);
    ms = std::min(ms, tcp.next_deadline().ms_left(now));
    if (ms == 0) return world_.settle();
    world_.run(std::min(ms, world_.ms_to_next()));
  }

  static constexpr std::uint16_t kPort = 8080;

  World& world_;
  const Exchange& exchange_;
  const std::vector<std::uint8_t> up_;
  const std::vector<std::uint8_t> down_;
  const std::string address_ = World::address(Side::far, false);
  Outcome outcome_;
  std::size_t sent_ = 0;
  std::size_t received_ = 0;
  std::size_t far_sent_ = 0;
  std::size_t far_received_ = 0;
};

}  // namespace

Outcome live(World& world, const Exchange& exchange) { return Life(world, exchange).run(); }

}  // namespace whit::lwip_test
