// Names, addresses in turn, and what each failure is called.
#include <gtest/gtest.h>

#include "far_end.hpp"
#include "lwip/clock.hpp"
#include "lwip/dns.h"
#include "lwip/tcp.hpp"
#include "name_server.hpp"
#include "world.hpp"

namespace whit::lwip_test {
namespace {

class LwipNames : public testing::Test {
 protected:
  // Runs until the link has left `connecting`, waking only when a deadline or a packet says so.
  Link settle(lwip::Tcp& tcp, std::uint32_t limit_ms = 120000) {
    const Instant limit = world_.now() + limit_ms;
    Link link = tcp.poll(world_.now());
    while (link == Link::connecting && !reached(world_.now(), limit)) {
      const Deadline wake = Deadline::earlier(tcp.next_deadline(), lwip::next_deadline(world_.now()));
      const std::uint32_t ms = std::min(wake.ms_left(world_.now()), world_.ms_to_next());
      if (ms == 0) {
        world_.settle();
      } else {
        world_.run(ms);
      }
      link = tcp.poll(world_.now());
    }
    return link;
  }
  Error failure(std::string_view host, std::uint16_t port = FarEnd::kPort, const lwip::TcpOptions& options = {}) {
    lwip::Tcp tcp(options);
    EXPECT_EQ(tcp.connect(host, port), Status::ok);
    EXPECT_EQ(settle(tcp), Link::failed);
    return tcp.error();
  }

  World world_;
  NameServer server_;
  FarEnd far_;
  const std::string far4_ = World::address(Side::far, false);
  const std::string far6_ = World::address(Side::far, true);
};

TEST_F(LwipNames, a_name_is_looked_up_and_dialled) {
  server_.ipv4["board.example"] = far4_;
  ASSERT_TRUE(far_.listen());
  lwip::Tcp tcp;
  ASSERT_EQ(tcp.connect("board.example", FarEnd::kPort), Status::ok);
  EXPECT_EQ(settle(tcp), Link::up);  // no IPv6: the second question finds it
  EXPECT_EQ(tcp.error(), Error::none);
  EXPECT_EQ(server_.questions, 2);
}

// NET-02: the next address when the first does not answer.
TEST_F(LwipNames, the_other_family_is_tried_when_the_first_fails) {
  server_.ipv6["both.example"] = "fd00::9";  // nobody is there
  server_.ipv4["both.example"] = far4_;
  ASSERT_TRUE(far_.listen());
  lwip::TcpOptions options;
  options.attempt_timeout_ms = 2000;
  lwip::Tcp tcp(options);
  ASSERT_EQ(tcp.connect("both.example", FarEnd::kPort), Status::ok);
  const Instant start = world_.now();
  EXPECT_EQ(settle(tcp), Link::up);
  EXPECT_LT(world_.now() - start, 2500u);
}

// By default, too, nobody waits long for an address that leads nowhere.
TEST_F(LwipNames, the_first_family_does_not_keep_the_other_waiting) {
  server_.ipv6["both7.example"] = "fd00::9";
  server_.ipv4["both7.example"] = far4_;
  ASSERT_TRUE(far_.listen());
  lwip::Tcp tcp;
  ASSERT_EQ(tcp.connect("both7.example", FarEnd::kPort), Status::ok);
  const Instant start = world_.now();
  EXPECT_EQ(settle(tcp), Link::up);
  EXPECT_LT(world_.now() - start, 2500u);
}

// A network that is slow, or loses the first packet: the family that was hurried comes again, with all the time.
TEST_F(LwipNames, a_slow_first_family_has_its_time_after_the_other) {
  ASSERT_TRUE(far_.listen());
  server_.ipv6["slow.example"] = server_.ipv6["slower.example"] = far6_;
  server_.ipv4["slower.example"] = "10.0.0.9";  // nobody is there
  world_.weather().delay_ms = 1100;
  for (const char* name : {"slow.example", "slower.example"}) {
    lwip::Tcp tcp;
    ASSERT_EQ(tcp.connect(name, FarEnd::kPort), Status::ok);
    EXPECT_EQ(settle(tcp), Link::up) << name;
    EXPECT_EQ(tcp.error(), Error::none);
    tcp.close(How::abort);
    far_.forget();
  }
}

TEST_F(LwipNames, what_said_no_is_not_asked_again) {
  EXPECT_EQ(failure("neither.example"), Error::name_not_found);
  EXPECT_EQ(server_.questions, 2);
  server_.questions = 0;
  server_.ipv6["refused.example"] = far6_;
  server_.ipv4["refused.example"] = far4_;
  EXPECT_EQ(failure("refused.example", 81), Error::connection_refused);
  EXPECT_EQ(server_.questions, 2);
}

// An address of its link alone takes nobody to a server: IPv4 is asked first.
TEST_F(LwipNames, without_an_ipv6_address_of_more_than_the_link_ipv4_comes_first) {
  server_.ipv6["both8.example"] = "fd00::9";
  server_.ipv4["both8.example"] = far4_;
  ASSERT_TRUE(far_.listen());
  World::ipv6(IP6_ADDR_INVALID);
  lwip::Tcp tcp;
  ASSERT_EQ(tcp.connect("both8.example", FarEnd::kPort), Status::ok);
  const Instant start = world_.now();
  EXPECT_EQ(settle(tcp), Link::up);
  World::ipv6(IP6_ADDR_PREFERRED);
  EXPECT_LT(world_.now() - start, 100u);
  EXPECT_EQ(server_.questions, 1);
}

// What ends a connection is told by its own name, whatever the family before had to say.
TEST_F(LwipNames, a_connection_that_was_up_fails_for_its_own_reason) {
  server_.ipv6["reset.example"] = "fd00::9";
  server_.ipv4["reset.example"] = far4_;
  ASSERT_TRUE(far_.listen());
  lwip::TcpOptions options;
  options.attempt_timeout_ms = 2000;
  lwip::Tcp tcp(options);
  ASSERT_EQ(tcp.connect("reset.example", FarEnd::kPort), Status::ok);
  ASSERT_EQ(settle(tcp), Link::up);
  world_.run(20);
  far_.reset();
  world_.run(20);
  EXPECT_EQ(tcp.poll(world_.now()), Link::failed);
  EXPECT_EQ(tcp.error(), Error::connection_reset);
}

// An answer comes from within lwIP, to a thread that may be asleep.
TEST_F(LwipNames, an_answer_wakes) {
  server_.ipv4["here.example"] = far4_;
  int woken = 0;
  lwip::TcpOptions options;
  options.prefer_ipv6 = false;
  options.wake = {[](void* count) { ++*static_cast<int*>(count); }, &woken};
  for (const char* name : {"here.example", "not-here.example"}) {
    lwip::Tcp tcp(options);
    ASSERT_EQ(tcp.connect(name, 81), Status::ok);
    ASSERT_EQ(tcp.poll(world_.now()), Link::connecting);
    EXPECT_FALSE(tcp.next_deadline().is_immediate());
    woken = 0;
    world_.run(10);
    EXPECT_EQ(woken, 1) << name;
    EXPECT_TRUE(tcp.next_deadline().is_immediate());
  }
}

TEST_F(LwipNames, the_order_is_the_callers) {
  server_.ipv6["both6.example"] = far6_;
  server_.ipv4["both6.example"] = far4_;
  ASSERT_TRUE(far_.listen());
  lwip::TcpOptions options;
  options.prefer_ipv6 = false;
  lwip::Tcp tcp(options);
  ASSERT_EQ(tcp.connect("both6.example", FarEnd::kPort), Status::ok);
  EXPECT_EQ(settle(tcp), Link::up);
  EXPECT_EQ(server_.questions, 1);
}

TEST_F(LwipNames, a_literal_is_not_looked_up) {
  ASSERT_TRUE(far_.listen());
  for (const std::string& literal : {far4_, far6_}) {
    lwip::Tcp tcp;
    ASSERT_EQ(tcp.connect(literal, FarEnd::kPort), Status::ok);
    EXPECT_EQ(settle(tcp), Link::up) << literal;
    tcp.close(How::abort);
    far_.forget();
  }
  EXPECT_EQ(server_.questions, 0);
}

// FAI-05: each cause has its own name.
TEST_F(LwipNames, failures_are_told_apart) {
  EXPECT_EQ(failure("nowhere.example"), Error::name_not_found);
  EXPECT_EQ(failure(far4_, 81), Error::connection_refused);
  EXPECT_EQ(failure(far6_, 81), Error::connection_refused);
  EXPECT_EQ(failure("10.9.9.9"), Error::host_unreachable);
  EXPECT_EQ(failure(std::string(300, 'x')), Error::name_not_found);
  EXPECT_EQ(failure(""), Error::name_not_found);
  // Cut where it no longer fits, it would be a name that ends with a dot.
  EXPECT_EQ(failure(std::string(DNS_MAX_NAME_LENGTH - 1, 'x') + ".example"), Error::name_not_found);
  EXPECT_EQ(server_.questions, 2);  // of nowhere.example
  server_.silent = true;
  EXPECT_EQ(failure("silent.example"), Error::name_lookup_failed);
  lwip::TcpOptions patient;
  patient.attempt_timeout_ms = 0;  // then lwIP's own limit holds
  EXPECT_EQ(failure("silence.example", FarEnd::kPort, patient), Error::name_lookup_failed);
  world_.plug(false);
  EXPECT_EQ(failure(far4_), Error::transport_timeout);
  EXPECT_EQ(failure(far4_, FarEnd::kPort, patient), Error::transport_timeout);
}

TEST_F(LwipNames, no_server_is_a_lookup_that_failed) {
  dns_setserver(0, nullptr);
  EXPECT_EQ(failure("any.example"), Error::name_lookup_failed);
}

TEST_F(LwipNames, more_questions_than_places_wait_their_turn) {
  server_.ipv4["a.example"] = server_.ipv4["b.example"] = server_.ipv4["c.example"] = far4_;
  server_.ipv4["d.example"] = server_.ipv4["e.example"] = server_.ipv4["f.example"] = far4_;
  ASSERT_TRUE(far_.listen());
  lwip::Tcp tcps[6];
  std::string names[6];
  for (int i = 0; i < 6; ++i) {
    names[i] = std::string(1, static_cast<char>('a' + i)) + ".example";
    ASSERT_EQ(tcps[i].connect(names[i], 81), Status::ok);
    tcps[i].poll(world_.now());
  }
  for (lwip::Tcp& tcp : tcps) {
    EXPECT_EQ(settle(tcp), Link::failed);
    EXPECT_EQ(tcp.error(), Error::connection_refused);
  }
}

// An answer that comes after its question was given up finds nobody, and hurts nobody.
TEST_F(LwipNames, an_abandoned_question_is_forgotten) {
  server_.ipv4["late.example"] = far4_;
  world_.weather().delay_ms = 500;
  for (int i = 0; i < 3; ++i) {
    lwip::Tcp tcp;
    ASSERT_EQ(tcp.connect("late.example", FarEnd::kPort), Status::ok);
    EXPECT_EQ(tcp.poll(world_.now()), Link::connecting);
    if (i == 1) tcp.close(How::abort);
    EXPECT_EQ(tcp.poll(world_.now()), i == 1 ? Link::idle : Link::connecting);
  }
  world_.run(10000);
}

}  // namespace
}  // namespace whit::lwip_test
