// Clock, entropy, wait and listener.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include "posix/clock.hpp"
#include "posix/entropy.hpp"
#include "posix/tcp_listener.hpp"
#include "posix/wait.hpp"
#include "posix_fixture.hpp"

namespace whit::conformance {
namespace {

// TMR-05
TEST(PosixClock, is_monotonic_and_in_milliseconds) {
  const auto reference = std::chrono::steady_clock::now();
  const Instant start = posix::now();
  Instant last = start;
  for (int i = 0; i < 30; ++i) {
    ::poll(nullptr, 0, 1);
    const Instant t = posix::now();
    ASSERT_TRUE(reached(t, last));
    last = t;
  }
  using std::chrono::duration_cast;
  const auto passed = duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - reference).count();
  EXPECT_NEAR(static_cast<double>(last - start), static_cast<double>(passed), 5.0);
}

using Key = std::array<std::uint8_t, 16>;

Key fresh_key() {
  Key key{};
  const Entropy source = posix::entropy();
  EXPECT_TRUE(source.fill(source.context, key));
  return key;
}

// MSK-03: strong, and never the same twice, across the refills of the pool.
TEST(PosixEntropy, keys_differ) {
  std::set<Key> seen;
  std::array<int, 8> ones{};
  constexpr int kKeys = 5000;
  for (int i = 0; i < kKeys; ++i) {
    const Key key = fresh_key();
    EXPECT_TRUE(seen.insert(key).second);
    for (std::size_t bit = 0; bit < ones.size(); ++bit) ones[bit] += (key[bit] >> bit) & 1;
  }
  for (const int count : ones) EXPECT_NEAR(count, kKeys / 2, 400);  // more than ten standard deviations
}

TEST(PosixEntropy, fills_any_size) {
  const Entropy source = posix::entropy();
  for (const std::size_t size : {0u, 1u, 3u, 4u, 255u, 256u, 257u, 1023u, 1024u, 1025u, 5000u}) {
    std::vector<std::uint8_t> out(size + 1, 0xA5);
    std::set<std::uint8_t> values;
    for (int round = 0; round < 4; ++round) {
      ASSERT_TRUE(source.fill(source.context, MutBytes(out).first(size)));
      EXPECT_EQ(out[size], 0xA5);
      for (std::size_t i = 0; i < size; ++i) values.insert(out[i]);
    }
    if (size >= 255) {
      EXPECT_GT(values.size(), 200u);
    }
  }
}

// MSK-03: a child does not repeat its parent's keys.
TEST(PosixEntropy, fork_does_not_repeat_keys) {
  (void)fresh_key();  // so that the pool is full
  int fds[2];
  ASSERT_EQ(::pipe(fds), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const Key key = fresh_key();
    const bool ok = ::write(fds[1], key.data(), key.size()) == static_cast<ssize_t>(key.size());
    ::_exit(ok ? 0 : 1);
  }
  const Key ours = fresh_key();
  Key theirs{};
  EXPECT_EQ(::read(fds[0], theirs.data(), theirs.size()), static_cast<ssize_t>(theirs.size()));
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_NE(ours, theirs);
  EXPECT_NE(theirs, Key{});
  ::close(fds[0]);
  ::close(fds[1]);
}

// MSK-03: threads that share the source share no key.
TEST(PosixEntropy, threads_get_different_keys) {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kKeys = 3000;
  std::vector<std::vector<Key>> found(kThreads);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&found, i] {
      for (std::size_t n = 0; n < kKeys; ++n) found[i].push_back(fresh_key());
    });
  }
  for (std::thread& each : threads) each.join();
  std::set<Key> all;
  for (const auto& keys : found) all.insert(keys.begin(), keys.end());
  EXPECT_EQ(all.size(), kThreads * kKeys);
}

TEST(PosixWait, honours_deadlines) {
  const Instant start = posix::now();
  posix::wait({}, Deadline::immediately());
  posix::wait({}, Deadline::at(start));
  EXPECT_LT(posix::now() - start, 1000u);
  posix::wait({}, Deadline::at(start + 40));
  EXPECT_GE(posix::now() - start, 40u);
  EXPECT_LT(posix::now() - start, 2000u);
}

TEST(PosixWait, tells_which_descriptor_has_news) {
  int quiet[2];
  int loud[2];
  ASSERT_EQ(::pipe(quiet), 0);
  ASSERT_EQ(::pipe(loud), 0);
  ASSERT_EQ(::write(loud[1], "!", 1), 1);
  pollfd fds[3] = {{quiet[0], POLLIN, 7}, {-1, POLLIN, 7}, {loud[0], POLLIN, 0}};
  posix::wait(fds, Deadline::never());
  EXPECT_EQ(fds[0].revents, 0);
  EXPECT_EQ(fds[1].revents, 0);
  EXPECT_EQ(fds[2].revents, POLLIN);
  for (const int fd : {quiet[0], quiet[1], loud[0], loud[1]}) ::close(fd);
}

// A loop whose signal handler has set a flag must get to look at it.
TEST(PosixWait, signal_ends_the_sleep) {
  struct sigaction noop {};
  struct sigaction before {};
  noop.sa_handler = [](int) {};
  ASSERT_EQ(::sigaction(SIGALRM, &noop, &before), 0);
  const itimerval soon{{0, 20000}, {0, 20000}};
  const itimerval off{};
  ASSERT_EQ(::setitimer(ITIMER_REAL, &soon, nullptr), 0);
  pollfd nothing[1] = {{-1, POLLIN, 7}};
  const Instant start = posix::now();
  posix::wait(nothing, Deadline::at(start + 10000));
  EXPECT_LT(posix::now() - start, 5000u);
  EXPECT_EQ(nothing[0].revents, 0);
  ASSERT_EQ(::setitimer(ITIMER_REAL, &off, nullptr), 0);
  ASSERT_EQ(::sigaction(SIGALRM, &before, nullptr), 0);
}

int wait_accept(posix::TcpListener& listener) {
  pollfd fds[1] = {{listener.fd(), POLLIN, 0}};
  posix::wait(fds, Deadline::at(posix::now() + 2000));
  return listener.accept();
}

TEST(PosixListener, accepts_non_blocking_sockets) {
  for (const char* host : {"127.0.0.1", ""}) {
    posix::TcpListener listener;
    ASSERT_EQ(listener.listen(host, 0), Status::ok);
    ASSERT_NE(listener.port(), 0u);
    EXPECT_EQ(listener.listen(host, 0), Status::invalid_state);
    EXPECT_EQ(listener.accept(), -1);  // and does not block
    const RawSocket client = connect_raw(listener.port());
    ASSERT_TRUE(client.valid());
    const int fd = wait_accept(listener);
    ASSERT_GE(fd, 0);
    EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    PosixLink link;
    link.tcp.adopt(fd);
    EXPECT_EQ(link.tcp.poll(posix::now()), Link::up);
    listener.close();
    EXPECT_EQ(listener.fd(), -1);
    EXPECT_EQ(listener.port(), 0u);
    EXPECT_EQ(listener.accept(), -1);
    EXPECT_EQ(link.tcp.poll(posix::now()), Link::up);
  }
}

TEST(PosixListener, tells_why_it_cannot_listen) {
  posix::TcpListener listener;
  EXPECT_EQ(listener.listen("not-a-literal", 0), Status::transport_failed);
  EXPECT_EQ(listener.error(), Error::name_not_found);
  ASSERT_EQ(listener.listen("127.0.0.1", 0), Status::ok);
  EXPECT_EQ(listener.error(), Error::none);
  posix::TcpListener second;
  EXPECT_EQ(second.listen("127.0.0.1", listener.port()), Status::transport_failed);
  EXPECT_EQ(errno, EADDRINUSE);
  EXPECT_NE(second.error(), Error::none);
}

// A server is restarted at once, although connections of the one before linger in TIME_WAIT.
TEST(PosixListener, port_can_be_taken_again) {
  posix::TcpListener listener;
  ASSERT_EQ(listener.listen("127.0.0.1", 0), Status::ok);
  const std::uint16_t port = listener.port();
  RawSocket client = connect_raw(port);
  int fd = wait_accept(listener);
  ASSERT_GE(fd, 0);
  ::close(fd);  // this side ends first
  client.close();
  listener.close();
  EXPECT_EQ(listener.listen("127.0.0.1", port), Status::ok);
}

// Too many descriptors is "not now", and the listener survives it.
TEST(PosixListener, lack_of_descriptors_is_not_now) {
  posix::TcpListener listener;
  ASSERT_EQ(listener.listen("127.0.0.1", 0), Status::ok);
  const RawSocket client = connect_raw(listener.port());
  ASSERT_TRUE(client.valid());
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  rlimit none = limit;
  none.rlim_cur = 0;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const int refused = listener.accept();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(refused, -1);
  const RawSocket accepted(wait_accept(listener));
  EXPECT_TRUE(accepted.valid());
}

}  // namespace
}  // namespace whit::conformance
