// TLS-08, TLS-09, TLS-19: bytes through records, at every cut and stall, and how a stream ends.
#include "tls/tls_fixture.hpp"

namespace whit::test {
namespace {

class Stream : public TlsTest, public testing::WithParamInterface<int> {
 protected:
  void SetUp() override {
    peer.versions(GetParam(), GetParam());
    peer.identity("server");
  }
};
INSTANTIATE_TEST_SUITE_P(, Stream, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

std::string pattern(std::size_t size) {
  std::string text(size, 0);
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 131 + i / 256);
  return text;
}

TEST_P(Stream, messages_of_all_sizes_both_ways) {
  ASSERT_EQ(connect(), Link::up);
  for (const std::size_t size : {1u, 2u, 100u, 16383u, 16384u, 16385u, 100000u}) {
    const std::string text = pattern(size);
    ASSERT_TRUE(send(text)) << size;
    EXPECT_EQ(peer.take_received(), text);
    peer.send(text);
    EXPECT_EQ(receive(size), text);
  }
}

TEST_P(Stream, records_of_all_sizes_come_in) {
  for (const unsigned size : {512u, 1024u, 4096u, 16384u}) {
    ASSERT_EQ(connect(), Link::up);
    SSL_set_max_send_fragment(peer.ssl(), size);
    const std::string text = pattern(50000);
    peer.send(text);
    EXPECT_EQ(receive(text.size()), text);
    tls->close(How::abort);
  }
}

// The handshake and what follows, one byte at a time.
TEST_P(Stream, byte_by_byte) {
  ASSERT_EQ(connect("localhost", 1), Link::up);
  const std::string text = pattern(3000);
  peer.send(text);
  EXPECT_EQ(receive(text.size(), 1), text);
}

// The transport below takes so few bytes at a time, in each way of holding on to what it did not take.
TEST_P(Stream, a_transport_that_stalls) {
  for (const Holding holding : {Holding::none, Holding::sealed, Holding::reference}) {
    for (const std::vector<std::size_t>& schedule : {std::vector<std::size_t>{1}, {0, 1}, {7, 0, 0, 100}, {1000, 0}}) {
      link.holding = holding;
      link.record_size = holding == Holding::sealed ? 1 : 50;  // a sealed record leaves whole or not at all
      link.set_tx_schedule(schedule);
      trusting();
      tls.emplace(link, *config);
      peer.restart();
      (void)link.take_sent();
      ASSERT_EQ(tls->connect("localhost", 443), Status::ok);
      Link state = Link::idle;
      const std::string text = pattern(5000);
      Bytes rest = as_bytes(text);
      for (int i = 0; i < 60000 && peer.received().size() < text.size() && state != Link::failed; ++i) {
        state = tls->poll({++ms});
        if (state == Link::up && !rest.empty()) rest = rest.drop(tls->tx(rest));
        peer.exchange(link);
      }
      EXPECT_EQ(peer.received(), text) << static_cast<int>(holding) << " " << to_string(tls->error());
      tls.reset();
      config.reset();
      link.set_tx_schedule({});
      (void)link.violations();
    }
  }
}

// The handshake cut at every byte of what the server sends: the end is told, at once, and nothing stays behind.
TEST_P(Stream, a_handshake_cut_anywhere) {
  ASSERT_EQ(connect(), Link::up);
  tls->close(How::abort);
  const std::size_t used = arena.used();
  for (std::size_t cut = 0;; ++cut) {
    peer.restart();
    (void)link.take_sent();
    ASSERT_EQ(tls->connect("localhost", 443), Status::ok);
    std::size_t sent = 0;
    bool ended = false;
    const Link state = run_raw([&](std::string bytes) {
      if (ended) return;
      if (sent + bytes.size() > cut) bytes.resize(cut - sent);
      sent += bytes.size();
      if (!bytes.empty()) link.push(bytes);
      ended = sent == cut;
      if (ended) link.push_eof();
    });
    if (state == Link::up || !ended) break;
    ASSERT_EQ(state, Link::failed) << cut;
    ASSERT_EQ(tls->error(), Error::tls_truncated) << cut << " " << tls->detail().code;
    tls->close(How::abort);
    ASSERT_EQ(arena.used(), used) << cut;
    ASSERT_LT(cut, 5000u);
  }
}

// Every byte of the server's handshake damaged in turn: nothing opens as if nothing had been.
TEST_P(Stream, a_damaged_handshake) {
  ASSERT_EQ(connect(), Link::up);
  tls->close(How::abort);
  const std::size_t used = arena.used();
  bool past = false;
  for (std::size_t at = 0; !past; ++at) {
    peer.restart();
    (void)link.take_sent();
    ASSERT_EQ(tls->connect("localhost", 443), Status::ok);
    std::size_t sent = 0;
    past = true;
    const Link state = run_raw([&](std::string bytes) {
      if (at >= sent && at < sent + bytes.size()) {
        bytes[at - sent] = static_cast<char>(bytes[at - sent] ^ 0x40);
        past = false;
      }
      sent += bytes.size();
      if (!bytes.empty()) link.push(bytes);
    });
    if (past) break;
    // A length that became larger makes us wait for more, until a deadline of the WebSocket's. Tickets that come with
    // the last flight are not part of the handshake.
    EXPECT_TRUE(state != Link::up || at > 600) << at;
    tls->close(How::abort);
    ASSERT_EQ(arena.used(), used) << at;
    ASSERT_LT(at, 5000u);
  }
}

TEST_P(Stream, every_operation_of_the_transport_failing) {
  trusting();
  for (std::size_t nth = 1; nth < 200; ++nth) {
    tls.reset();
    tls.emplace(link, *config);
    peer.restart();
    (void)link.take_sent();
    link.fail_operation(nth);
    Link state = Link::failed;
    if (tls->connect("localhost", 443) == Status::ok)
      state = run([](Link it) { return it == Link::up || it == Link::failed; });
    const bool failed = link.operations() >= nth;
    if (state == Link::up) break;
    EXPECT_EQ(tls->error(), Error::connection_reset) << nth;
    EXPECT_TRUE(failed);
    tls->close(How::abort);
  }
  link.fail_operation(0);
  tls.reset();
}

TEST_P(Stream, what_is_not_tls) {
  trusting();
  tls.emplace(link, *config);
  for (const std::string_view text :
       {std::string_view("HTTP/1.1 400 Bad Request\r\n\r\n"), std::string_view("\0\0\0\0\0\0\0\0", 8),
        std::string_view("\x16\x03\x03\xff\xff", 5), std::string_view("SSH-2.0-x\r\n")}) {
    ASSERT_EQ(tls->connect("localhost", 443), Status::ok);
    tls->poll({++ms});
    link.push(text);
    EXPECT_EQ(run([](Link state) { return state == Link::failed; }), Link::failed) << text;
    EXPECT_EQ(to_string(tls->error()), "tls_bad_record") << text;
    tls->close(How::abort);
  }
}

TEST_P(Stream, close_notify_from_the_peer) {
  ASSERT_EQ(connect(), Link::up);
  peer.send("last words");
  peer.close_notify();
  EXPECT_EQ(receive(10), "last words");
  EXPECT_EQ(run([](Link state) { return state == Link::eof; }), Link::eof);
  EXPECT_EQ(tls->error(), Error::none);
  ASSERT_TRUE(GetParam() == TLS1_2_VERSION || send("still here")) << "RFC 8446 6.1: each direction ends by itself";
}

TEST_P(Stream, our_close_notify_comes_behind_what_was_sent) {
  ASSERT_EQ(connect(), Link::up);
  link.set_tx_budget(5);
  EXPECT_EQ(tls->tx(as_bytes("last words")), 10u);
  tls->close(How::graceful);
  EXPECT_FALSE(link.fin()) << "the record is not out yet";
  EXPECT_EQ(tls->tx(as_bytes("more")), 0u);
  link.set_tx_budget(MemoryLink::kAll);
  run([&](Link) { return peer.saw_close_notify(); });
  EXPECT_EQ(peer.take_received(), "last words");
  EXPECT_TRUE(peer.saw_close_notify());
  EXPECT_TRUE(link.fin());
}

TEST_P(Stream, an_end_without_close_notify_is_told) {
  ASSERT_EQ(connect(), Link::up);
  peer.send("last words");
  peer.exchange(link);
  link.push_eof();
  EXPECT_EQ(receive(10), "last words");
  EXPECT_EQ(run([](Link state) { return state == Link::failed; }), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_truncated);
}

TEST_P(Stream, a_reset_is_a_reset) {
  ASSERT_EQ(connect(), Link::up);
  link.push_reset();
  EXPECT_EQ(run([](Link state) { return state == Link::failed; }), Link::failed);
  EXPECT_EQ(tls->error(), Error::connection_reset);
}

TEST_P(Stream, a_damaged_record_ends_the_link) {
  ASSERT_EQ(connect(), Link::up);
  run([](Link) { return false; });
  peer.send("to be damaged");
  peer.work();
  std::string bytes = peer.take_output();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  link.push(bytes);
  EXPECT_EQ(run([](Link state) { return state == Link::failed; }), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_bad_record);
  EXPECT_TRUE(tls->rx().empty());
}

// TLS-09: what was decrypted comes before anything else is waited for.
TEST_P(Stream, two_messages_in_one_segment) {
  ASSERT_EQ(connect(), Link::up);
  run([](Link) { return false; });
  peer.send("one");
  peer.send("two");
  peer.exchange(link);
  std::string got;
  for (int i = 0; i < 20 && got.size() < 6; ++i) {
    tls->poll({++ms});
    got.append(as_text(Bytes(tls->rx().data(), tls->rx().size())));
    tls->rx_consume(tls->rx().size());
    EXPECT_TRUE(got.size() == 6 || tls->next_deadline().is_immediate());
  }
  EXPECT_EQ(got, "onetwo");
}

// TLS-10: tickets between, before and after data.
TEST_F(TlsTest, tickets_in_the_middle_of_data) {
  peer.versions(TLS1_3_VERSION, TLS1_3_VERSION);
  ASSERT_EQ(connect(), Link::up);
  peer.send("before");
  SSL_new_session_ticket(peer.ssl());
  peer.send("after");
  EXPECT_EQ(receive(11), "beforeafter");
}

// mbedTLS 3.6 knows no KeyUpdate: the link ends with an error of its own, however many come.
TEST_F(TlsTest, key_updates_end_the_link) {
  peer.versions(TLS1_3_VERSION, TLS1_3_VERSION);
  ASSERT_EQ(connect(), Link::up);
  for (int i = 0; i < 100; ++i) SSL_key_update(peer.ssl(), SSL_KEY_UPDATE_REQUESTED);
  peer.send("x");
  EXPECT_EQ(run([](Link state) { return state == Link::failed; }), Link::failed);
  EXPECT_EQ(category(tls->error()), Category::tls);
}

// TLS-11
TEST_F(TlsTest, renegotiation_is_declined) {
  peer.versions(TLS1_2_VERSION, TLS1_2_VERSION);
  ASSERT_EQ(connect(), Link::up);
  ASSERT_EQ(SSL_renegotiate(peer.ssl()), 1);
  peer.send("x");
  run([](Link) { return false; });
  EXPECT_NE(tls->info().version, "TLSv1.1");
  const bool survived = tls->poll({++ms}) == Link::up;
  EXPECT_TRUE(survived || category(tls->error()) == Category::tls);
}

}  // namespace
}  // namespace whit::test
