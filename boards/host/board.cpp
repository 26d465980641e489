// board.hpp on a POSIX system: the same examples, as programs.
#include "board.hpp"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <ctime>

#include "posix/clock.hpp"
#include "posix/entropy.hpp"
#include "posix/tcp.hpp"
#include "posix/tcp_listener.hpp"
#include "posix/wait.hpp"

namespace whit::board {
namespace {

struct Connection {
  std::uint8_t received[4096];
  posix::Tcp tcp{MutBytes(received)};
};

Connection connections[kConnections];
posix::TcpListener listener;
bool wanted = false;  // somebody waits for a connection: others may wait in the system meanwhile, and wake nobody
int argument_count = 0;
char** arguments = nullptr;

}  // namespace

std::string_view name() { return "host"; }

void start(int argc, char** argv) {
  argument_count = argc;
  arguments = argv;
}

std::string_view argument(std::string_view key, std::string_view otherwise) {
  for (int i = 1; i < argument_count; ++i) {
    const char* each = arguments[i];
    if (std::strncmp(each, key.data(), key.size()) == 0 && each[key.size()] == '=') return each + key.size() + 1;
  }
  return otherwise;
}

Instant now() { return posix::now(); }

std::uint64_t wall_clock(void*) { return static_cast<std::uint64_t>(std::time(nullptr)); }

Entropy entropy() { return posix::entropy(); }

void print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(STDOUT_FILENO, text.data(), text.size());
    if (n <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

Transport& tcp() { return connections[0].tcp; }
Transport& tcp(std::size_t which) { return connections[which].tcp; }

bool listen(std::uint16_t port) { return listener.listen("", port) == Status::ok; }

bool accept(std::size_t which) {
  const int fd = listener.accept();
  wanted = fd < 0;
  if (fd >= 0) connections[which].tcp.adopt(fd);
  return fd >= 0;
}

void wait(Deadline until) {
  constexpr std::size_t kEach = posix::Tcp::kMaxPollFds;
  pollfd fds[kConnections * kEach + 1];
  std::size_t count = 0;
  for (const Connection& each : connections) {
    count += each.tcp.poll_fds({fds + count, kEach});
    until = Deadline::earlier(until, each.tcp.next_deadline());
  }
  if (wanted) fds[count++] = {listener.fd(), POLLIN, 0};
  wanted = false;
  posix::wait({fds, count}, until);
}

std::size_t memory_used() { return 0; }
std::size_t stack_used() { return 0; }

void end(bool passed) {
  print(passed ? "VERDICT passed\n" : "VERDICT failed\n");
  std::exit(passed ? 0 : 1);
}

}  // namespace whit::board
