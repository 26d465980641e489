// Names over lwIP's sockets: lwIP's own DNS, beside the loop.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "link.hpp"
#include "lwip/opt.h"
#include "name_server.hpp"

namespace whit::sockets_test {
namespace {

class SocketsNames : public testing::Test {
 protected:
  static Error failure(std::string_view host) {
    TestLink link;
    EXPECT_EQ(link.tcp.connect(host, 80), Status::ok);
    EXPECT_EQ(link.settle(), Link::failed);
    return link.tcp.error();
  }

  static void sleep_one_ms() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }

  FarListener listener_;
  // Each test has names of its own: lwIP remembers answers.
  NameServer server_{{{"found.example", "127.0.0.1"},
                      {"late.example", "127.0.0.1"},
                      {"elsewhere.example", "192.0.2.1"},
                      {"here.example", "127.0.0.1"},
                      {"a.example", "127.0.0.1"},
                      {"b.example", "127.0.0.1"},
                      {"c.example", "127.0.0.1"},
                      {"d.example", "127.0.0.1"}}};
};

// NET-05
TEST_F(SocketsNames, a_name_is_looked_up_and_dialled) {
  TestLink link;
  ASSERT_EQ(link.tcp.connect("found.example", listener_.port()), Status::ok);
  EXPECT_EQ(link.settle(), Link::up);
  EXPECT_TRUE(listener_.wait_accept().valid());
  EXPECT_EQ(server_.questions, 1);
}

TEST_F(SocketsNames, failures_are_told_apart) {
  EXPECT_EQ(failure("missing.example"), Error::name_not_found);
  EXPECT_EQ(failure(std::string(DNS_MAX_NAME_LENGTH, 'a')), Error::name_not_found);
  EXPECT_EQ(failure(std::string_view("found.example\0.org", 18)), Error::name_not_found);
  server_.silent = true;
  EXPECT_EQ(failure("silent.example"), Error::name_lookup_failed);
  forget_name_servers();
  EXPECT_EQ(failure("lost.example"), Error::name_lookup_failed);
}

// NET-05: while the answer is missing nothing blocks, and the loop sleeps between looks.
TEST_F(SocketsNames, a_slow_answer_keeps_nothing_waiting) {
  server_.silent = true;
  TestLink link;
  ASSERT_EQ(link.tcp.connect("late.example", listener_.port()), Status::ok);
  const Instant start = posix::now();
  std::uint32_t longest = 0;
  int looks = 0;
  while (posix::now() - start < 300) {
    const Instant before = posix::now();
    ASSERT_EQ(link.tcp.poll(before), Link::connecting);
    longest = std::max(longest, posix::now() - before);
    ++looks;
    link.tcp.wait(Deadline::never());
  }
  EXPECT_LT(longest, 200u);
  EXPECT_LE(looks, 60);
  server_.silent = false;
  EXPECT_EQ(link.settle(), Link::up);
}

// An abandoned lookup gives its slot back with the answer, and that answer harms nobody.
TEST_F(SocketsNames, abandoned_lookups_free_their_slots) {
  server_.silent = true;
  for (std::size_t i = 0; i < 3 * posix::kResolverSlots; ++i) {
    TestLink link;
    ASSERT_EQ(link.tcp.connect("elsewhere.example", listener_.port()), Status::ok);
    EXPECT_EQ(link.tcp.poll(posix::now()), Link::connecting);
    for (int wait = 0; wait < 1000 && server_.questions == 0; ++wait) sleep_one_ms();
    if (i % 2 == 0) link.tcp.close(How::abort);
  }
  TestLink last;
  ASSERT_EQ(last.tcp.connect("here.example", listener_.port()), Status::ok);
  EXPECT_EQ(last.tcp.poll(posix::now()), Link::connecting);
  server_.silent = false;
  EXPECT_EQ(last.settle(), Link::up);
}

// More links than slots, and more questions than lwIP's table has room for: they take turns, and all arrive.
TEST_F(SocketsNames, more_lookups_than_slots) {
  std::vector<std::unique_ptr<TestLink>> links;
  for (const char* host : {"a.example", "b.example", "c.example", "d.example"}) {
    links.push_back(std::make_unique<TestLink>());
    ASSERT_EQ(links.back()->tcp.connect(host, listener_.port()), Status::ok);
    links.back()->tcp.poll(posix::now());
  }
  for (const auto& link : links) {
    EXPECT_EQ(link->settle(), Link::up);
    EXPECT_TRUE(listener_.wait_accept().valid());
    link->tcp.close(How::abort);
  }
}

}  // namespace
}  // namespace whit::sockets_test
