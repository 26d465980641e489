// Ten thousand real reconnects: a Session over posix::Tcp, and a server on loopback that ends each connection in
// another way.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <string>
#include <thread>

#include "posix/clock.hpp"
#include "posix/entropy.hpp"
#include "posix/tcp.hpp"
#include "posix/tcp_listener.hpp"
#include "posix/wait.hpp"
#include "support/frames.hpp"
#include "whit/refusal.hpp"
#include "whit/session.hpp"

namespace whit::conformance {
namespace {

constexpr std::uint32_t kReconnects = 10000;

std::size_t descriptors() {
  std::size_t count = 0;
  for (const auto& each : std::filesystem::directory_iterator("/proc/self/fd")) count += each.path().empty() ? 0 : 1;
  return count;
}

std::string read_head(int fd) {
  std::string head;
  char buffer[2048];
  while (head.find("\r\n\r\n") == std::string::npos) {
    const ssize_t n = recv(fd, buffer, sizeof buffer, 0);
    if (n <= 0) return {};
    head.append(buffer, static_cast<std::size_t>(n));
  }
  return head;
}

void say(int fd, const std::string& text) { static_cast<void>(send(fd, text.data(), text.size(), MSG_NOSIGNAL)); }

void reset(int fd) {
  const linger hard{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

// The nth connection and its end.
void serve(int fd, std::uint32_t nth) {
  const unsigned way = nth % 9;
  if (way == 0) return;
  if (way == 1) return reset(fd);
  const std::string head = read_head(fd);
  if (way == 2) return;
  if (way == 3) return say(fd, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
  if (way == 4) return say(fd, "what?\r\n\r\n");
  const std::size_t key = head.find("Sec-WebSocket-Key: ");
  if (key == std::string::npos) return;
  const std::string accepted = "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
                               test::accept_for(head.substr(key + 19, 24)) + "\r\n\r\n";
  say(fd, way == 5 ? accepted.substr(0, accepted.size() / 2) : accepted);
  if (way == 6) say(fd, test::close_frame(1001));
  if (way == 7) say(fd, test::text("half a mess", false));
  if (way == 8) reset(fd);
}

TEST(PosixReconnect, ten_thousand_deaths_on_loopback) {
  posix::TcpListener listener;
  ASSERT_EQ(listener.listen("127.0.0.1", 0), Status::ok);
  std::atomic<bool> stop{false};
  std::uint32_t served = 0;
  std::thread server([&] {
    while (!stop) {
      pollfd fd{listener.fd(), POLLIN, 0};
      posix::wait({&fd, 1}, Deadline::at(posix::now() + 100));
      const int accepted = listener.accept();
      if (accepted < 0) continue;
      // The connection is served without regard to time, so it may block.
      const int flags = fcntl(accepted, F_GETFL);
      fcntl(accepted, F_SETFL, flags & ~O_NONBLOCK);
      serve(accepted, served++);
      close(accepted);
    }
  });

  std::array<std::uint8_t, 2048> rx;
  std::array<std::uint8_t, 512> ring;
  posix::Tcp tcp{MutBytes(rx)};
  WebSocket socket{tcp, posix::entropy(), MutBytes(ring)};
  StaticRefusal<256> refusal;
  ClientOptions client;
  client.refusal = &refusal;
  const std::string url = "ws://127.0.0.1:" + std::to_string(listener.port()) + "/";
  const std::string_view urls[] = {url};
  SessionOptions options;
  options.urls = Span<const std::string_view>(urls);
  options.first_delay_ms = options.most_delay_ms = 0;
  options.policy = [](const Cause&) { return Verdict{}; };
  Session session{socket, posix::entropy(), client, options};

  const std::size_t before = descriptors();
  ASSERT_EQ(session.start(posix::now()), Status::ok);
  const Instant limit = posix::now() + 60000;
  std::uint32_t opens = 0, retries = 0;
  while (retries < kReconnects && !reached(posix::now(), limit)) {
    Event event;
    while (session.poll(posix::now(), event)) {
      opens += event.type == Event::Type::open ? 1 : 0;
      retries += event.type == Event::Type::retry ? 1 : 0;
    }
    tcp.wait(session.next_deadline());
  }
  EXPECT_EQ(retries, kReconnects);
  EXPECT_GT(opens, kReconnects / 4);
  ASSERT_EQ(session.stop(), Status::ok);
  tcp.close(How::abort);
  stop = true;
  server.join();
  // Fewer is fine: a resolver's thread of an earlier test may have ended meanwhile.
  EXPECT_LE(descriptors(), before);
}

}  // namespace
}  // namespace whit::conformance
