// The tests that every Transport must pass: one for each clause of whit/transport.hpp.
#include "transport_conformance.hpp"

namespace whit::conformance {

TEST_P(TransportConformance, is_idle_before_connect) {
  EXPECT_EQ(poll(), Link::idle);
  EXPECT_EQ(link().error(), Error::none);
  EXPECT_TRUE(link().rx().empty());
  EXPECT_EQ(link().tx_held(), 0u);
  EXPECT_TRUE(link().next_deadline().is_never());
}

TEST_P(TransportConformance, connects) {
  ASSERT_EQ(rig().connect(), Status::ok);
  Link seen = Link::connecting;
  ASSERT_TRUE(eventually([&] {
    seen = poll();
    return seen != Link::connecting;
  }));
  EXPECT_EQ(seen, Link::up);
  EXPECT_EQ(link().error(), Error::none);
  EXPECT_TRUE(link().rx().empty());
}

TEST_P(TransportConformance, refuses_a_second_connect_and_goes_on) {
  ASSERT_EQ(rig().connect(), Status::ok);
  EXPECT_EQ(rig().connect(), Status::invalid_state);  // while connecting
  ASSERT_TRUE(becomes(Link::up));
  EXPECT_EQ(rig().connect(), Status::invalid_state);  // while up
  ASSERT_TRUE(eventually([&] { return rig().peer_ready(); }));
  ASSERT_TRUE(sends("still here"));
  EXPECT_EQ(peer_receives(10), "still here");
}

// LIM-06: what is not consumed stays, at its place.
TEST_P(TransportConformance, received_bytes_stay_until_consumed) {
  open();
  arrives("a");
  const MutBytes first = link().rx();
  const MutBytes second = link().rx();
  EXPECT_EQ(first.data(), second.data());
  EXPECT_EQ(first.size(), second.size());
  settle();
  ASSERT_FALSE(link().rx().empty());
  EXPECT_EQ(link().rx()[0], 'a');
  EXPECT_EQ(receive(1), "a");
  EXPECT_TRUE(link().rx().empty());
}

TEST_P(TransportConformance, received_bytes_may_be_changed_in_place) {
  open();
  arrives("x");
  link().rx()[0] ^= 0x20;
  EXPECT_EQ(link().rx()[0], 'X');
  poll();
  EXPECT_EQ(receive(1), "X");
}

TEST_P(TransportConformance, partial_consumption_keeps_the_order) {
  const std::vector<std::uint8_t> sent = pattern_bytes(0, 1000);
  const std::string text(as_text(sent));
  open();
  std::size_t at = 0;
  for (const std::size_t step : {1u, 2u, 3u, 7u, 64u, 1000u}) {
    const std::size_t n = std::min<std::size_t>(150, text.size() - at);
    peer_sends(text.substr(at, n));
    EXPECT_EQ(receive(n, step), text.substr(at, n)) << "step " << step;
    at += n;
  }
}

// LIM-06: a reader that stops reading stops the writer, and nothing is lost or grows.
TEST_P(TransportConformance, unconsumed_bytes_push_back_on_the_peer) {
  open();
  std::size_t sent = 0;
  int refused = 0;
  ASSERT_TRUE(eventually([&] {
    poll();
    const std::size_t n = rig().peer_send(pattern_bytes(sent, 2000));
    sent += n;
    refused = n == 0 ? refused + 1 : 0;
    return refused > 20;
  })) << "the peer could always send: "
      << sent;
  const std::size_t held = link().rx().size();
  settle();
  EXPECT_EQ(link().rx().size(), held);

  const std::string got = receive(sent);
  EXPECT_TRUE(got == as_text(pattern_bytes(0, sent))) << got.size() << " of " << sent << " bytes";
  peer_sends("and on");
  EXPECT_EQ(receive(6), "and on");
}

// A stalled peer: tx() takes less and less, then nothing. What lies behind the held bytes may change meanwhile.
TEST_P(TransportConformance, takes_once_and_in_order_when_the_peer_stalls) {
  open();
  const std::size_t taken = fill();
  ASSERT_GT(taken, 0u);
  const MutBytes rest = outgoing(taken, 3000);  // the very offer that was refused last
  const std::size_t held = link().tx_held();
  ASSERT_LE(held, rest.size());
  for (std::size_t i = held; i < rest.size(); ++i) rest[i] ^= 0xFF;

  const std::string expected(as_text(Bytes(outgoing(0, taken + rest.size()))));
  std::string got;
  std::uint8_t buffer[2048];
  MutBytes offer = rest;
  EXPECT_TRUE(eventually([&] {
    poll();
    std::size_t part = 0;
    do {
      part = rig().peer_receive(buffer);
      got.append(as_text(Bytes(buffer, part)));
    } while (part > 0);
    if (!offer.empty()) offer = offer.drop(link().tx(offer));
    return got.size() >= expected.size();
  }));
  EXPECT_TRUE(got == expected) << got.size() << " of " << expected.size() << " bytes";
}

TEST_P(TransportConformance, carries_large_transfers_both_ways_at_once) {
  const std::size_t large = rig().large();
  open();
  std::size_t out = 0;
  std::size_t in = 0;
  std::size_t peer_out = 0;
  std::size_t peer_in = 0;
  bool equal = true;
  std::uint8_t buffer[5000];
  const bool done = eventually([&] {
    for (int burst = 0; burst < 500; ++burst) {
      poll();
      if (out < large) out += link().tx(outgoing(out, std::min<std::size_t>(1777, large - out)));
      if (peer_out < large) {
        peer_out += rig().peer_send(pattern_bytes(peer_out, std::min<std::size_t>(2311, large - peer_out)));
      }
      const MutBytes view = link().rx();
      for (std::size_t i = 0; i < view.size(); ++i) equal = equal && view[i] == pattern(in + i);
      in += view.size();
      link().rx_consume(view.size());
      const std::size_t n = rig().peer_receive(buffer);
      for (std::size_t i = 0; i < n; ++i) equal = equal && buffer[i] == pattern(peer_in + i);
      peer_in += n;
      if (view.empty() && n == 0) break;
    }
    return !equal || (in == large && peer_in == large);
  });
  EXPECT_TRUE(done && equal) << in << " in, " << peer_in << " out";
}

// FAI-05: an orderly end is told, and told only after the last byte.
TEST_P(TransportConformance, end_comes_after_all_bytes) {
  open();
  peer_sends("last");
  rig().peer_end();
  std::string got;
  ASSERT_TRUE(eventually([&] {
    const Link state = poll();
    const MutBytes view = link().rx();
    if (state == Link::eof) return true;
    EXPECT_EQ(state, Link::up);
    if (view.empty()) return false;
    got.push_back(static_cast<char>(view[0]));
    link().rx_consume(1);
    return false;
  }));
  EXPECT_EQ(got, "last");
  EXPECT_TRUE(link().rx().empty());
  EXPECT_EQ(poll(), Link::eof);
  EXPECT_EQ(link().error(), Error::none);
}

TEST_P(TransportConformance, end_waits_for_a_slow_reader) {
  open();
  peer_sends("z");
  rig().peer_end();
  ASSERT_TRUE(eventually([&] {
    poll();
    return !link().rx().empty();
  }));
  settle();
  EXPECT_EQ(poll(), Link::up);
  EXPECT_EQ(receive(1), "z");
  EXPECT_TRUE(becomes(Link::eof));
}

// FAI-05: a reset is a failure, and not an end.
TEST_P(TransportConformance, reset_is_a_failure) {
  open();
  rig().peer_reset();
  ASSERT_TRUE(becomes(Link::failed));
  EXPECT_EQ(link().error(), Error::connection_reset);
  EXPECT_EQ(poll(), Link::failed);
  const std::uint8_t byte[1] = {1};
  EXPECT_EQ(link().tx(byte), 0u);
  EXPECT_EQ(rig().connect(), Status::invalid_state);  // only close() leads out
  EXPECT_EQ(link().error(), Error::connection_reset);
  link().close(How::graceful);
  EXPECT_EQ(poll(), Link::idle);
}

// FAI-05: what came before the failure is not lost.
TEST_P(TransportConformance, bytes_before_a_reset_come_first) {
  open();
  arrives("b");
  rig().peer_reset();
  settle();
  EXPECT_EQ(poll(), Link::up);
  ASSERT_FALSE(link().rx().empty());
  EXPECT_EQ(link().rx()[0], 'b');
  link().rx_consume(1);
  ASSERT_TRUE(becomes(Link::failed));
  EXPECT_EQ(link().error(), Error::connection_reset);
}

// FAI-05: the same when it is tx() that meets the dead link first.
TEST_P(TransportConformance, sending_into_a_reset_fails_the_link_later) {
  open();
  arrives("b");
  rig().peer_reset();
  std::size_t taken = 0;
  for (int i = 0; i < 50; ++i) {
    taken += link().tx(outgoing(taken, 100));
    rig().pause();
  }
  ASSERT_FALSE(link().rx().empty());
  EXPECT_EQ(link().rx()[0], 'b');
  EXPECT_EQ(receive(2), "b");
  EXPECT_TRUE(becomes(Link::failed));
  EXPECT_EQ(link().error(), Error::connection_reset);
}

// CLS-12: our direction ends behind what was sent, and receiving goes on until the peer ends, too.
TEST_P(TransportConformance, graceful_close_ends_one_direction) {
  open();
  ASSERT_TRUE(sends("bye"));
  link().close(How::graceful);
  link().close(How::graceful);
  EXPECT_EQ(peer_receives(100), "bye");
  EXPECT_TRUE(rig().peer_saw_end());
  EXPECT_EQ(poll(), Link::up);
  const std::uint8_t byte[1] = {1};
  EXPECT_EQ(link().tx(byte), 0u);

  peer_sends("after you");
  rig().peer_end();
  EXPECT_EQ(receive(100), "after you");
  EXPECT_TRUE(becomes(Link::eof));
  link().close(How::graceful);
  abort_twice();
}

// CLS-12: nothing that tx() took is lost to a graceful close, however slowly the peer reads.
TEST_P(TransportConformance, graceful_close_sends_the_backlog) {
  open();
  const std::size_t taken = fill();
  const std::size_t held = link().tx_held();  // what is referred to already may go out as well
  link().close(How::graceful);
  settle();
  const std::string got = peer_receives(taken + held + 1);
  EXPECT_GE(got.size(), taken);
  EXPECT_LE(got.size(), taken + held);
  EXPECT_TRUE(got == as_text(pattern_bytes(0, got.size()))) << got.size() << " of " << taken << " bytes";
  EXPECT_TRUE(rig().peer_saw_end());
}

TEST_P(TransportConformance, graceful_close_after_the_peers_end) {
  open();
  rig().peer_end();
  ASSERT_TRUE(becomes(Link::eof));
  link().close(How::graceful);
  EXPECT_EQ(peer_receives(1), "");
  EXPECT_TRUE(rig().peer_saw_end());
  abort_twice();
}

TEST_P(TransportConformance, closes_in_every_state) {
  link().close(How::graceful);  // idle
  EXPECT_EQ(poll(), Link::idle);
  abort_twice();

  ASSERT_EQ(rig().connect(), Status::ok);  // connecting
  abort_twice();
  ASSERT_EQ(rig().connect(), Status::ok);
  link().close(How::graceful);
  abort_twice();
}

TEST_P(TransportConformance, abort_is_seen_by_the_peer) {
  open();
  abort_twice();
  EXPECT_EQ(peer_receives(1), "");
  EXPECT_TRUE(rig().peer_saw_end());
}

TEST_P(TransportConformance, aborts_at_the_end_and_after_a_failure) {
  open();
  rig().peer_end();
  ASSERT_TRUE(becomes(Link::eof));
  abort_twice();
  open();
  rig().peer_reset();
  ASSERT_TRUE(becomes(Link::failed));
  abort_twice();
}

// Nothing of one connection shows in the next.
TEST_P(TransportConformance, is_reusable_after_close) {
  for (int round = 0; round < 3; ++round) {
    open();
    EXPECT_EQ(link().error(), Error::none);
    EXPECT_TRUE(link().rx().empty());
    const std::string hello = "round " + std::to_string(round);
    ASSERT_TRUE(sends(hello));
    EXPECT_EQ(peer_receives(hello.size()), hello);
    peer_sends(hello);
    EXPECT_EQ(receive(5), hello.substr(0, 5));  // and the rest is left behind
    if (round == 1) {
      rig().peer_reset();
      settle();
    }
    abort_twice();
  }
}

// A loop may sleep while nothing happens.
TEST_P(TransportConformance, asks_for_no_poll_when_it_is_quiet) {
  open();
  settle();
  EXPECT_GT(link().next_deadline().ms_left(rig().now()), 0u);
  peer_sends("q");
  EXPECT_EQ(receive(1), "q");
  settle();
  EXPECT_GT(link().next_deadline().ms_left(rig().now()), 0u);
}

}  // namespace whit::conformance
