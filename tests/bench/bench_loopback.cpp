// Round trips and a one-way stream over loopback, beside a bare socket that does the same against the same server in
// the same run: bench_loopback. Prints "roundtrips PERCENT" and "stream PERCENT" of the bare socket's rate.
#include <arpa/inet.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "posix/clock.hpp"
#include "posix/entropy.hpp"
#include "posix/tcp.hpp"
#include "posix/tcp_listener.hpp"
#include "posix/wait.hpp"
#include "whit/server.hpp"
#include "whit/websocket.hpp"

namespace {

using namespace whit;

constexpr int kRoundTrips = 20000;
constexpr std::size_t kSmall = 32;
constexpr std::size_t kLarge = 64 * 1024;
constexpr int kLargeMessages = 1500;
constexpr int kRounds = 5;

std::uint8_t g_rx[128 * 1024];
std::uint8_t g_ring[128 * 1024];

void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  sched_setaffinity(0, sizeof set, &set);
}

// Echoes small messages; of large ones it tells with one byte that the last has come.
[[noreturn]] void serve(posix::TcpListener& listener) {
  static std::uint8_t request[4096];
  static ServerOptions options;
  for (;;) {
    pollfd fd{listener.fd(), POLLIN, 0};
    posix::wait({&fd, 1}, Deadline::never());
    const int accepted = listener.accept();
    if (accepted < 0) continue;
    posix::Tcp tcp{MutBytes(g_rx)};
    tcp.adopt(accepted);
    WebSocket socket{tcp, posix::entropy(), MutBytes(g_ring)};
    ServerHandshake handshake{MutBytes(request), options};
    if (socket.accept(handshake, posix::now()) != Status::ok) continue;
    int large = 0;
    for (bool open = true; open;) {
      Event event;
      while (socket.poll(posix::now(), event)) {
        if (event.type == Event::Type::close) open = false;
        if (event.type != Event::Type::chunk || !event.chunk.last) continue;
        if (event.chunk.total == kSmall) static_cast<void>(socket.send(Bytes(event.chunk.data)));
        if (event.chunk.total == kLarge && ++large == kLargeMessages) static_cast<void>(socket.send("."));
      }
      if (open) tcp.wait(socket.next_deadline());
    }
  }
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "bench_loopback: %s\n", what);
  std::exit(1);
}

struct Times {
  double round_trips = 0;
  double stream = 0;
};

Times run_whit(std::uint16_t port) {
  posix::Tcp tcp{MutBytes(g_rx)};
  WebSocket socket{tcp, posix::entropy(), MutBytes(g_ring)};
  ClientOptions options;
  const std::string url = "ws://127.0.0.1:" + std::to_string(port) + "/";
  if (socket.connect(url, options, posix::now()) != Status::ok) die("connect");
  static const std::uint8_t data[kLarge] = {};
  Times times;
  Event event;
  // Waits for the next event.
  const auto next = [&] {
    while (!socket.poll(posix::now(), event)) tcp.wait(socket.next_deadline());
    if (event.type == Event::Type::error) die("the link failed");
  };
  next();
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kRoundTrips; ++i) {
    if (socket.send(Bytes(data, kSmall)) != Status::ok) die("send");
    next();
  }
  times.round_trips = seconds_since(start);
  start = std::chrono::steady_clock::now();
  for (int i = 0; i < kLargeMessages; ++i) {
    while (socket.send(Bytes(data, kLarge)) == Status::would_block) {
      if (socket.poll(posix::now(), event)) die("an answer too early");
      tcp.wait(socket.next_deadline());
    }
  }
  next();
  times.stream = seconds_since(start);
  static_cast<void>(socket.close());
  while (event.type != Event::Type::close) next();
  return times;
}

// The bare socket: the same bytes, masked beforehand, with send, poll and recv.
class Bare {
 public:
  explicit Bare(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("bare connect");
    const std::string request =
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    write(reinterpret_cast<const std::uint8_t*>(request.data()), request.size());
    std::string head;
    while (head.find("\r\n\r\n") == std::string::npos) {
      const std::size_t n = read();
      head.append(reinterpret_cast<char*>(in_), n);
    }
  }
  ~Bare() { close(fd_); }

  void write(const std::uint8_t* data, std::size_t size) {
    while (size != 0) {
      const ssize_t n = send(fd_, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n <= 0) {
        wait(POLLOUT);
        continue;
      }
      data += n;
      size -= static_cast<std::size_t>(n);
    }
  }
  std::size_t read() {
    wait(POLLIN);
    const ssize_t n = recv(fd_, in_, sizeof in_, MSG_DONTWAIT);
    if (n <= 0) die("bare recv");
    return static_cast<std::size_t>(n);
  }

 private:
  void wait(short events) {
    pollfd fd{fd_, events, 0};
    poll(&fd, 1, -1);
  }

  int fd_;
  std::uint8_t in_[128 * 1024];
};

Times run_bare(std::uint16_t port) {
  static Bare* bare;
  bare = new Bare(port);
  std::vector<std::uint8_t> small = {0x82, 0x80 | kSmall, 1, 2, 3, 4};
  small.resize(6 + kSmall);
  std::vector<std::uint8_t> large = {0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4};
  large.resize(14 + kLarge);
  Times times;
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kRoundTrips; ++i) {
    bare->write(small.data(), small.size());
    for (std::size_t n = 0; n < 2 + kSmall;) n += bare->read();
  }
  times.round_trips = seconds_since(start);
  start = std::chrono::steady_clock::now();
  for (int i = 0; i < kLargeMessages; ++i) bare->write(large.data(), large.size());
  bare->read();
  times.stream = seconds_since(start);
  delete bare;
  return times;
}

}  // namespace

int main() {
  posix::TcpListener listener;
  if (listener.listen("127.0.0.1", 0) != Status::ok) die("listen");
  const pid_t server = fork();
  if (server == 0) {
    pin(1);
    serve(listener);
  }
  pin(0);
  // Interleaved, and the best of each: the machine's other work can only add time.
  Times whit{1e9, 1e9};
  Times bare{1e9, 1e9};
  for (int i = 0; i < kRounds; ++i) {
    const Times a = run_whit(listener.port());
    const Times b = run_bare(listener.port());
    whit = {std::min(whit.round_trips, a.round_trips), std::min(whit.stream, a.stream)};
    bare = {std::min(bare.round_trips, b.round_trips), std::min(bare.stream, b.stream)};
  }
  kill(server, SIGKILL);
  waitpid(server, nullptr, 0);
  const double megabytes = static_cast<double>(kLarge) * kLargeMessages / 1e6;
  std::printf("| round trips of %zu B per second | whit %8.0f | bare socket %8.0f |\n", kSmall,
              kRoundTrips / whit.round_trips, kRoundTrips / bare.round_trips);
  std::printf("| stream of %zu B messages, MB/s | whit %8.0f | bare socket %8.0f |\n", kLarge, megabytes / whit.stream,
              megabytes / bare.stream);
  std::printf("roundtrips %d\nstream %d\n", static_cast<int>(bare.round_trips / whit.round_trips * 100),
              static_cast<int>(bare.stream / whit.stream * 100));
  return 0;
}
