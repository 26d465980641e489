// Throughput of wss beside the same mbedTLS used directly, over loopback, against the same server in the same run:
// bench_tls CERTIFICATE KEY AUTHORITY. Prints "up PERCENT" and "down PERCENT" of the direct rate.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "mbedtls/tls.hpp"
#include "posix/clock.hpp"
#include "posix/entropy.hpp"
#include "posix/tcp.hpp"
#include "posix/tcp_listener.hpp"
#include "posix/wait.hpp"
#include "whit/server.hpp"
#include "whit/websocket.hpp"

namespace {

using namespace whit;

constexpr std::size_t kMessage = 16 * 1024;
constexpr int kMessages = 4000;  // 64 MiB
constexpr int kRounds = 4;

std::uint8_t g_rx[64 * 1024], g_ring[128 * 1024], g_data[kMessage];

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "bench_tls: %s\n", what);
  std::exit(1);
}

std::string content(const char* name) {
  std::ifstream file(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Memory {
  std::unique_ptr<std::uint8_t[]> bytes{new std::uint8_t[1 << 20]};
  mbedtls::Arena arena{MutBytes(bytes.get(), 1 << 20)};
  mbedtls::Drbg drbg{posix::entropy()};
};

// The server speaks plain TLS: it reads the head of a request, answers it if it is a WebSocket's, swallows what is said in the
// first line of the target, and sends as much back.
class Server {
 public:
  Server(posix::TcpListener& listener, mbedtls::Config& config) : listener_(listener), config_(config) {}
  void serve_one() {
    pollfd fd{listener_.fd(), POLLIN, 0};
    posix::wait({&fd, 1}, Deadline::never());
    posix::Tcp tcp{MutBytes(g_rx)};
    tcp.adopt(listener_.accept());
    mbedtls::Tls tls{tcp, config_};
    if (tls.accept() != Status::ok) die("accept");
    std::string head;
    while (head.find("\r\n\r\n") == std::string::npos) {
      wait(tcp, tls);
      head.append(as_text(Bytes(tls.rx().data(), tls.rx().size())));
      tls.rx_consume(tls.rx().size());
    }
    std::size_t up = 0, down = 0;
    if (std::sscanf(head.c_str(), "GET /%zu/%zu ", &up, &down) != 2) die("what is asked for");
    up -= head.size() - head.find("\r\n\r\n") - 4;
    const std::size_t key = head.find("Sec-WebSocket-Key: ");
    if (key != std::string::npos) write(tcp, tls, answer(head.substr(key + 19, 24)));
    while (up != 0) {
      wait(tcp, tls);
      const std::size_t n = std::min(up, tls.rx().size());
      tls.rx_consume(n);
      up -= n;
    }
    write(tcp, tls, std::string("\x82\x01.", 3));
    // Frames of kMessage bytes, whoever reads them.
    std::string frame("\x82\x7e\x40\x00", 4);
    frame.append(kMessage, 'x');
    for (std::size_t i = 0; i < down; ++i) write(tcp, tls, frame);
    while (tls.poll(posix::now()) == Link::up) {
      tls.rx_consume(tls.rx().size());
      tcp.wait(tls.next_deadline());
    }
  }

 private:
  static void wait(posix::Tcp& tcp, mbedtls::Tls& tls) {
    while (tls.poll(posix::now()) <= Link::up && tls.rx().empty()) tcp.wait(tls.next_deadline());
    if (tls.rx().empty()) die("the client left");
  }
  static void write(posix::Tcp& tcp, mbedtls::Tls& tls, const std::string& text) {
    Bytes rest = as_bytes(text);
    while (!rest.empty()) {
      const std::size_t n = tls.tx(rest);
      rest = rest.drop(n);
      if (n != 0) continue;
      if (tls.poll(posix::now()) != Link::up) die("the client left");
      if (!rest.empty()) tcp.wait(tls.next_deadline());
    }
  }
  static std::string answer(const std::string& key);

  posix::TcpListener& listener_;
  mbedtls::Config& config_;
};

// The server's own answer, by whit's server handshake over a transport that only keeps what is written.
std::string Server::answer(const std::string& key) {
  struct Keep final : Transport {
    std::string in, out;
    Status connect(std::string_view, std::uint16_t) override { return Status::ok; }
    Link poll(Instant) override { return Link::up; }
    MutBytes rx() override { return {reinterpret_cast<std::uint8_t*>(in.data()), in.size()}; }
    void rx_consume(std::size_t n) override { in.erase(0, n); }
    std::size_t tx(Bytes front) override {
      out.append(as_text(front));
      return front.size();
    }
    void close(How) override {}
    [[nodiscard]] Error error() const override { return Error::none; }
  } keep;
  keep.in = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: " + key + "\r\n\r\n";
  std::uint8_t ring[1024], request[1024];
  ServerOptions options;
  ServerHandshake handshake{MutBytes(request), options};
  WebSocket socket{keep, posix::entropy(), MutBytes(ring)};
  if (socket.accept(handshake, {}) != Status::ok) die("answer");
  Event event;
  for (int i = 0; i < 20 && keep.out.empty(); ++i) static_cast<void>(socket.poll({}, event));
  return keep.out;
}

struct Times {
  double up = 0;
  double down = 0;
};

constexpr std::size_t kFrame = kMessage + 8;  // masked, with a 16-bit length

Times run_whit(std::uint16_t port, mbedtls::Config& config, Entropy entropy) {
  posix::Tcp tcp{MutBytes(g_rx)};
  mbedtls::Tls tls{tcp, config};
  WebSocket socket{tls, entropy, MutBytes(g_ring)};
  ClientOptions options;
  const std::string url = "wss://127.0.0.1:" + std::to_string(port) + "/" + std::to_string(kMessages * kFrame) + "/" +
                          std::to_string(kMessages);
  if (socket.connect(url, options, posix::now()) != Status::ok) die("connect");
  Event event;
  const auto next = [&] {
    while (!socket.poll(posix::now(), event)) tcp.wait(socket.next_deadline());
    if (event.type == Event::Type::error) die("the link failed");
  };
  next();
  Times times;
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kMessages; ++i) {
    while (socket.send(Bytes(g_data)) == Status::would_block) {
      if (socket.poll(posix::now(), event)) die("an answer too early");
      tcp.wait(socket.next_deadline());
    }
  }
  next();
  times.up = seconds_since(start);
  start = std::chrono::steady_clock::now();
  for (int i = 0; i < kMessages;) {
    next();
    if (event.type == Event::Type::chunk && event.chunk.last) ++i;
  }
  times.down = seconds_since(start);
  return times;
}

// mbedTLS as its own examples use it: a blocking socket, mbedtls_ssl_write() and mbedtls_ssl_read().
class Direct {
 public:
  Direct(std::uint16_t port, mbedtls::Config& config, mbedtls_ssl_config& ssl_config) : scope_(arena(config)) {
    fd_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("direct connect");
    mbedtls_ssl_init(&ssl_);
    if (mbedtls_ssl_setup(&ssl_, &ssl_config) != 0) die("direct setup");
    mbedtls_ssl_set_hostname(&ssl_, nullptr);
    mbedtls_ssl_set_bio(&ssl_, &fd_, send, receive, nullptr);
    if (mbedtls_ssl_handshake(&ssl_) != 0) die("direct handshake");
  }
  ~Direct() {
    mbedtls_ssl_close_notify(&ssl_);
    mbedtls_ssl_free(&ssl_);
    close(fd_);
  }
  void write(const std::uint8_t* data, std::size_t size) {
    while (size != 0) {
      const int n = mbedtls_ssl_write(&ssl_, data, size);
      if (n <= 0) die("direct write");
      data += n;
      size -= static_cast<std::size_t>(n);
    }
  }
  std::size_t read() {
    int n = 0;
    do n = mbedtls_ssl_read(&ssl_, in_, sizeof in_);
    while (n == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET || n == MBEDTLS_ERR_SSL_WANT_READ);
    if (n <= 0) die("direct read");
    return static_cast<std::size_t>(n);
  }
  static mbedtls::Arena& arena(mbedtls::Config&) { return *g_arena; }
  static mbedtls::Arena* g_arena;

 private:
  static int send(void* fd, const unsigned char* data, std::size_t size) {
    return static_cast<int>(::send(*static_cast<int*>(fd), data, size, MSG_NOSIGNAL));
  }
  static int receive(void* fd, unsigned char* data, std::size_t size) {
    return static_cast<int>(::recv(*static_cast<int*>(fd), data, size, 0));
  }

  mbedtls::Arena::Scope scope_;
  mbedtls_ssl_context ssl_;
  int fd_;
  std::uint8_t in_[kMessage];
};
mbedtls::Arena* Direct::g_arena;

Times run_direct(std::uint16_t port, mbedtls::Config& config, mbedtls_ssl_config& ssl_config) {
  static std::uint8_t frame[kFrame];
  Direct direct(port, config, ssl_config);
  const std::string request =
      "GET /" + std::to_string(kMessages * kFrame) + "/" + std::to_string(kMessages) + " HTTP/1.1\r\n\r\n";
  direct.write(reinterpret_cast<const std::uint8_t*>(request.data()), request.size());
  Times times;
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kMessages; ++i) direct.write(frame, sizeof frame);
  std::size_t got = direct.read();
  times.up = seconds_since(start);
  start = std::chrono::steady_clock::now();
  for (const std::size_t all = 3 + kMessages * (kMessage + 4); got < all;) got += direct.read();
  times.down = seconds_since(start);
  return times;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) die("usage: bench_tls CERTIFICATE KEY AUTHORITY");
  posix::TcpListener listener;
  if (listener.listen("127.0.0.1", 0) != Status::ok) die("listen");
  const pid_t child = fork();
  Memory memory;
  if (child == 0) {
    mbedtls::Config config{mbedtls::Role::server, memory.arena, memory.drbg};
    if (config.identity(content(argv[1]), content(argv[2])) != Error::none) die("identity");
    for (Server server{listener, config};;) server.serve_one();
  }
  mbedtls::Config config{mbedtls::Role::client, memory.arena, memory.drbg};
  if (config.trust_pem(content(argv[3])) != Error::none) die("authority");
  config.ignore_dates();
  Direct::g_arena = &memory.arena;
  mbedtls_ssl_config ssl_config;
  mbedtls_ssl_config_init(&ssl_config);
  mbedtls_ssl_config_defaults(&ssl_config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
  mbedtls_ssl_conf_rng(&ssl_config, mbedtls::Drbg::random, &memory.drbg);
  mbedtls_ssl_conf_authmode(&ssl_config, MBEDTLS_SSL_VERIFY_NONE);
  Times whit, direct;
  whit.up = whit.down = direct.up = direct.down = 1e9;
  for (int i = 0; i < kRounds; ++i) {
    const Times a = run_direct(listener.port(), config, ssl_config);
    const Times b = run_whit(listener.port(), config, memory.drbg.entropy());
    direct = {std::min(direct.up, a.up), std::min(direct.down, a.down)};
    whit = {std::min(whit.up, b.up), std::min(whit.down, b.down)};
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  const double mib = kMessages * double{kMessage} / (1 << 20);
  std::printf("| wss, messages of 16 KiB | up MiB/s | down MiB/s |\n|---|---|---|\n");
  std::printf("| mbedTLS directly | %.0f | %.0f |\n| whit | %.0f | %.0f |\n", mib / direct.up, mib / direct.down, mib / whit.up,
              mib / whit.down);
  std::printf("up %.0f\ndown %.0f\n", 100 * direct.up / whit.up, 100 * direct.down / whit.down);
}
