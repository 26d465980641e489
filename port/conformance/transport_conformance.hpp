// The tests that every Transport must pass: one for each clause of whit/transport.hpp.
#pragma once

#include "transport_fixture.hpp"

namespace whit::conformance {

TYPED_TEST_SUITE_P(TransportConformance);

TYPED_TEST_P(TransportConformance, is_idle_before_connect) {
  EXPECT_EQ(this->poll(), Link::idle);
  EXPECT_EQ(this->link().error(), Error::none);
  EXPECT_TRUE(this->link().rx().empty());
  EXPECT_EQ(this->link().tx_held(), 0u);
  EXPECT_TRUE(this->link().next_deadline().is_never());
}

TYPED_TEST_P(TransportConformance, connects) {
  ASSERT_EQ(this->rig_.connect(), Status::ok);
  Link seen = Link::connecting;
  ASSERT_TRUE(this->eventually([&] {
    seen = this->poll();
    return seen != Link::connecting;
  }));
  EXPECT_EQ(seen, Link::up);
  EXPECT_EQ(this->link().error(), Error::none);
  EXPECT_TRUE(this->link().rx().empty());
}

TYPED_TEST_P(TransportConformance, refuses_a_second_connect_and_goes_on) {
  ASSERT_EQ(this->rig_.connect(), Status::ok);
  EXPECT_EQ(this->rig_.connect(), Status::invalid_state);  // while connecting
  ASSERT_TRUE(this->becomes(Link::up));
  EXPECT_EQ(this->rig_.connect(), Status::invalid_state);  // while up
  ASSERT_TRUE(this->eventually([&] { return this->rig_.peer_ready(); }));
  ASSERT_TRUE(this->sends("still here"));
  EXPECT_EQ(this->peer_receives(10), "still here");
}

// LIM-06: what is not consumed stays, at its place.
TYPED_TEST_P(TransportConformance, received_bytes_stay_until_consumed) {
  this->open();
  this->peer_sends("a");
  ASSERT_TRUE(this->eventually([&] {
    this->poll();
    return !this->link().rx().empty();
  }));
  const MutBytes first = this->link().rx();
  const MutBytes second = this->link().rx();
  EXPECT_EQ(first.data(), second.data());
  EXPECT_EQ(first.size(), second.size());
  this->settle();
  ASSERT_FALSE(this->link().rx().empty());
  EXPECT_EQ(this->link().rx()[0], 'a');
  EXPECT_EQ(this->receive(1), "a");
  EXPECT_TRUE(this->link().rx().empty());
}

TYPED_TEST_P(TransportConformance, received_bytes_may_be_changed_in_place) {
  this->open();
  this->peer_sends("x");
  ASSERT_TRUE(this->eventually([&] {
    this->poll();
    return !this->link().rx().empty();
  }));
  this->link().rx()[0] ^= 0x20;
  EXPECT_EQ(this->link().rx()[0], 'X');
  this->poll();
  EXPECT_EQ(this->receive(1), "X");
}

TYPED_TEST_P(TransportConformance, partial_consumption_keeps_the_order) {
  const std::vector<std::uint8_t> sent = pattern_bytes(0, 1000);
  const std::string text(as_text(sent));
  this->open();
  std::size_t at = 0;
  for (const std::size_t step : {1u, 2u, 3u, 7u, 64u, 1000u}) {
    const std::size_t n = std::min<std::size_t>(150, text.size() - at);
    this->peer_sends(text.substr(at, n));
    EXPECT_EQ(this->receive(n, step), text.substr(at, n)) << "step " << step;
    at += n;
  }
}

// LIM-06: a reader that stops reading stops the writer, and nothing is lost or grows.
TYPED_TEST_P(TransportConformance, unconsumed_bytes_push_back_on_the_peer) {
  this->open();
  std::size_t sent = 0;
  int refused = 0;
  ASSERT_TRUE(this->eventually([&] {
    this->poll();
    const std::size_t n = this->rig_.peer_send(pattern_bytes(sent, 2000));
    sent += n;
    refused = n == 0 ? refused + 1 : 0;
    return refused > 20;
  })) << "the peer could always send: "
      << sent;
  const std::size_t held = this->link().rx().size();
  this->settle();
  EXPECT_EQ(this->link().rx().size(), held);

  const std::string got = this->receive(sent);
  EXPECT_TRUE(got == as_text(pattern_bytes(0, sent))) << got.size() << " of " << sent << " bytes";
  this->peer_sends("and on");
  EXPECT_EQ(this->receive(6), "and on");
}

// A stalled peer: tx() takes less and less, then nothing. What lies behind the held bytes may change meanwhile.
TYPED_TEST_P(TransportConformance, takes_once_and_in_order_when_the_peer_stalls) {
  this->open();
  const std::size_t taken = this->fill();
  ASSERT_GT(taken, 0u);
  const MutBytes rest = this->outgoing(taken, 3000);  // the very offer that was refused last
  const std::size_t held = this->link().tx_held();
  ASSERT_LE(held, rest.size());
  for (std::size_t i = held; i < rest.size(); ++i) rest[i] ^= 0xFF;

  const std::string expected(as_text(Bytes(this->outgoing(0, taken + rest.size()))));
  std::string got;
  std::uint8_t buffer[2048];
  MutBytes offer = rest;
  EXPECT_TRUE(this->eventually([&] {
    this->poll();
    std::size_t part = 0;
    do {
      part = this->rig_.peer_receive(buffer);
      got.append(as_text(Bytes(buffer, part)));
    } while (part > 0);
    if (!offer.empty()) offer = offer.drop(this->link().tx(offer));
    return got.size() >= expected.size();
  }));
  EXPECT_TRUE(got == expected) << got.size() << " of " << expected.size() << " bytes";
}

TYPED_TEST_P(TransportConformance, carries_large_transfers_both_ways_at_once) {
  constexpr std::size_t kLarge = TypeParam::kLarge;
  this->open();
  std::size_t out = 0;
  std::size_t in = 0;
  std::size_t peer_out = 0;
  std::size_t peer_in = 0;
  bool equal = true;
  std::uint8_t buffer[5000];
  const bool done = this->eventually([&] {
    for (int burst = 0; burst < 500; ++burst) {
      this->poll();
      if (out < kLarge) out += this->link().tx(this->outgoing(out, std::min<std::size_t>(1777, kLarge - out)));
      if (peer_out < kLarge) {
        peer_out += this->rig_.peer_send(pattern_bytes(peer_out, std::min<std::size_t>(2311, kLarge - peer_out)));
      }
      const MutBytes view = this->link().rx();
      for (std::size_t i = 0; i < view.size(); ++i) equal = equal && view[i] == pattern(in + i);
      in += view.size();
      this->link().rx_consume(view.size());
      const std::size_t n = this->rig_.peer_receive(buffer);
      for (std::size_t i = 0; i < n; ++i) equal = equal && buffer[i] == pattern(peer_in + i);
      peer_in += n;
      if (view.empty() && n == 0) break;
    }
    return !equal || (in == kLarge && peer_in == kLarge);
  });
  EXPECT_TRUE(done && equal) << in << " in, " << peer_in << " out";
}

// FAI-05: an orderly end is told, and told only after the last byte.
TYPED_TEST_P(TransportConformance, end_comes_after_all_bytes) {
  this->open();
  this->peer_sends("last");
  this->rig_.peer_end();
  std::string got;
  ASSERT_TRUE(this->eventually([&] {
    const Link state = this->poll();
    const MutBytes view = this->link().rx();
    if (state == Link::eof) return true;
    EXPECT_EQ(state, Link::up);
    if (view.empty()) return false;
    got.push_back(static_cast<char>(view[0]));
    this->link().rx_consume(1);
    return false;
  }));
  EXPECT_EQ(got, "last");
  EXPECT_TRUE(this->link().rx().empty());
  EXPECT_EQ(this->poll(), Link::eof);
  EXPECT_EQ(this->link().error(), Error::none);
}

TYPED_TEST_P(TransportConformance, end_waits_for_a_slow_reader) {
  this->open();
  this->peer_sends("z");
  this->rig_.peer_end();
  ASSERT_TRUE(this->eventually([&] {
    this->poll();
    return !this->link().rx().empty();
  }));
  this->settle();
  EXPECT_EQ(this->poll(), Link::up);
  EXPECT_EQ(this->receive(1), "z");
  EXPECT_TRUE(this->becomes(Link::eof));
}

// FAI-05: a reset is a failure, and not an end.
TYPED_TEST_P(TransportConformance, reset_is_a_failure) {
  this->open();
  this->rig_.peer_reset();
  ASSERT_TRUE(this->becomes(Link::failed));
  EXPECT_EQ(this->link().error(), Error::connection_reset);
  EXPECT_EQ(this->poll(), Link::failed);
  const std::uint8_t byte[1] = {1};
  EXPECT_EQ(this->link().tx(byte), 0u);
  EXPECT_EQ(this->rig_.connect(), Status::invalid_state);  // only close() leads out
  EXPECT_EQ(this->link().error(), Error::connection_reset);
  this->link().close(How::graceful);
  EXPECT_EQ(this->poll(), Link::idle);
}

// FAI-05: what came before the failure is not lost.
TYPED_TEST_P(TransportConformance, bytes_before_a_reset_come_first) {
  this->open();
  this->peer_sends("b");
  ASSERT_TRUE(this->eventually([&] {
    this->poll();
    return !this->link().rx().empty();
  }));
  this->rig_.peer_reset();
  this->settle();
  EXPECT_EQ(this->poll(), Link::up);
  ASSERT_FALSE(this->link().rx().empty());
  EXPECT_EQ(this->link().rx()[0], 'b');
  this->link().rx_consume(1);
  ASSERT_TRUE(this->becomes(Link::failed));
  EXPECT_EQ(this->link().error(), Error::connection_reset);
}

// FAI-05: the same when it is tx() that meets the dead link first.
TYPED_TEST_P(TransportConformance, sending_into_a_reset_fails_the_link_later) {
  this->open();
  this->peer_sends("b");
  ASSERT_TRUE(this->eventually([&] {
    this->poll();
    return !this->link().rx().empty();
  }));
  this->rig_.peer_reset();
  std::size_t taken = 0;
  for (int i = 0; i < 50; ++i) {
    taken += this->link().tx(this->outgoing(taken, 100));
    this->rig_.pause();
  }
  ASSERT_FALSE(this->link().rx().empty());
  EXPECT_EQ(this->link().rx()[0], 'b');
  EXPECT_EQ(this->receive(2), "b");
  EXPECT_TRUE(this->becomes(Link::failed));
  EXPECT_EQ(this->link().error(), Error::connection_reset);
}

// CLS-12: our direction ends behind what was sent, and receiving goes on until the peer ends, too.
TYPED_TEST_P(TransportConformance, graceful_close_ends_one_direction) {
  this->open();
  ASSERT_TRUE(this->sends("bye"));
  this->link().close(How::graceful);
  this->link().close(How::graceful);
  EXPECT_EQ(this->peer_receives(100), "bye");
  EXPECT_TRUE(this->rig_.peer_saw_end());
  EXPECT_EQ(this->poll(), Link::up);
  const std::uint8_t byte[1] = {1};
  EXPECT_EQ(this->link().tx(byte), 0u);

  this->peer_sends("after you");
  this->rig_.peer_end();
  EXPECT_EQ(this->receive(100), "after you");
  EXPECT_TRUE(this->becomes(Link::eof));
  this->link().close(How::graceful);
  this->abort_twice();
}

// CLS-12: nothing that tx() took is lost to a graceful close, however slowly the peer reads.
TYPED_TEST_P(TransportConformance, graceful_close_sends_the_backlog) {
  this->open();
  const std::size_t taken = this->fill();
  const std::size_t held = this->link().tx_held();  // what is referred to already may go out as well
  this->link().close(How::graceful);
  this->settle();
  const std::string got = this->peer_receives(taken + held + 1);
  EXPECT_GE(got.size(), taken);
  EXPECT_LE(got.size(), taken + held);
  EXPECT_TRUE(got == as_text(pattern_bytes(0, got.size()))) << got.size() << " of " << taken << " bytes";
  EXPECT_TRUE(this->rig_.peer_saw_end());
}

TYPED_TEST_P(TransportConformance, graceful_close_after_the_peers_end) {
  this->open();
  this->rig_.peer_end();
  ASSERT_TRUE(this->becomes(Link::eof));
  this->link().close(How::graceful);
  EXPECT_EQ(this->peer_receives(1), "");
  EXPECT_TRUE(this->rig_.peer_saw_end());
  this->abort_twice();
}

TYPED_TEST_P(TransportConformance, closes_in_every_state) {
  this->link().close(How::graceful);  // idle
  EXPECT_EQ(this->poll(), Link::idle);
  this->abort_twice();

  ASSERT_EQ(this->rig_.connect(), Status::ok);  // connecting
  this->abort_twice();
  ASSERT_EQ(this->rig_.connect(), Status::ok);
  this->link().close(How::graceful);
  this->abort_twice();
}

TYPED_TEST_P(TransportConformance, abort_is_seen_by_the_peer) {
  this->open();
  this->abort_twice();
  EXPECT_EQ(this->peer_receives(1), "");
  EXPECT_TRUE(this->rig_.peer_saw_end());
}

TYPED_TEST_P(TransportConformance, aborts_at_the_end_and_after_a_failure) {
  this->open();
  this->rig_.peer_end();
  ASSERT_TRUE(this->becomes(Link::eof));
  this->abort_twice();
  this->open();
  this->rig_.peer_reset();
  ASSERT_TRUE(this->becomes(Link::failed));
  this->abort_twice();
}

// Nothing of one connection shows in the next.
TYPED_TEST_P(TransportConformance, is_reusable_after_close) {
  for (int round = 0; round < 3; ++round) {
    this->open();
    EXPECT_EQ(this->link().error(), Error::none);
    EXPECT_TRUE(this->link().rx().empty());
    const std::string hello = "round " + std::to_string(round);
    ASSERT_TRUE(this->sends(hello));
    EXPECT_EQ(this->peer_receives(hello.size()), hello);
    this->peer_sends(hello);
    EXPECT_EQ(this->receive(5), hello.substr(0, 5));  // and the rest is left behind
    if (round == 1) {
      this->rig_.peer_reset();
      this->settle();
    }
    this->abort_twice();
  }
}

// A loop may sleep while nothing happens.
TYPED_TEST_P(TransportConformance, asks_for_no_poll_when_it_is_quiet) {
  this->open();
  this->settle();
  EXPECT_GT(this->link().next_deadline().ms_left(this->rig_.now()), 0u);
  this->peer_sends("q");
  EXPECT_EQ(this->receive(1), "q");
  this->settle();
  EXPECT_GT(this->link().next_deadline().ms_left(this->rig_.now()), 0u);
}

REGISTER_TYPED_TEST_SUITE_P(TransportConformance, is_idle_before_connect, connects,
                            refuses_a_second_connect_and_goes_on, received_bytes_stay_until_consumed,
                            received_bytes_may_be_changed_in_place, partial_consumption_keeps_the_order,
                            unconsumed_bytes_push_back_on_the_peer, takes_once_and_in_order_when_the_peer_stalls,
                            carries_large_transfers_both_ways_at_once, end_comes_after_all_bytes,
                            end_waits_for_a_slow_reader, reset_is_a_failure, bytes_before_a_reset_come_first,
                            sending_into_a_reset_fails_the_link_later, graceful_close_ends_one_direction,
                            graceful_close_sends_the_backlog, graceful_close_after_the_peers_end, closes_in_every_state,
                            abort_is_seen_by_the_peer, aborts_at_the_end_and_after_a_failure, is_reusable_after_close,
                            asks_for_no_poll_when_it_is_quiet);

}  // namespace whit::conformance
