// REQ-13: the CONNECT tunnel, by itself and against the suite that every transport must pass.
#include <algorithm>
#include <array>
#include <string>

#include "memory_rig.hpp"
#include "proxy/connect.hpp"
#include "support/entropy.hpp"
#include "whit/websocket.hpp"

namespace whit::conformance {
namespace {

using proxy::Connect;
using test::Holding;
using test::MemoryLink;

constexpr char kOk[] = "HTTP/1.1 200 Connection established\r\nVia: x\r\nContent-Length: 5\r\n\r\n";

class Proxy : public testing::Test {
 protected:
  Status connect(std::string_view host = "device.example", std::uint16_t port = 443) {
    proxy.emplace(link, options, MutBytes(scratch));
    return proxy->connect(host, port);
  }
  Link run() {
    Link state = Link::idle;
    for (int i = 0; i < 2000; ++i) {
      state = proxy->poll({++ms});
      if (state == Link::up || state == Link::failed) break;
    }
    return state;
  }
  std::string sent() {
    const auto bytes = link.take_sent();
    return {bytes.begin(), bytes.end()};
  }
  Link answer(std::string_view text, std::size_t chunk = 0) {
    EXPECT_EQ(connect(), Status::ok);
    run();
    (void)sent();
    link.push(text, chunk);
    return run();
  }

  std::array<std::uint8_t, 512> scratch;
  proxy::ConnectOptions options{"proxy.example", 8080, {}, {}};
  MemoryLink link;
  std::optional<Connect> proxy;
  std::uint32_t ms = 0;
};

TEST_F(Proxy, asks_in_authority_form) {
  ASSERT_EQ(connect(), Status::ok);
  run();
  EXPECT_EQ(link.host(), "proxy.example");
  EXPECT_EQ(link.port(), 8080);
  EXPECT_EQ(sent(), "CONNECT device.example:443 HTTP/1.1\r\nHost: device.example:443\r\n\r\n");
}

TEST_F(Proxy, addresses_stand_in_brackets) {
  ASSERT_EQ(connect("::1", 80), Status::ok);
  run();
  EXPECT_EQ(sent(), "CONNECT [::1]:80 HTTP/1.1\r\nHost: [::1]:80\r\n\r\n");
}

TEST_F(Proxy, credentials) {
  const std::pair<std::pair<const char*, const char*>, const char*> cases[] = {
      {{"Aladdin", "open sesame"}, "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
      {{"a", ""}, "YTo="},
      {{"", "b"}, "OmI="},
      {{"ab", "c"}, "YWI6Yw=="}};
  for (const auto& [who, expected] : cases) {
    options.user = who.first;
    options.password = who.second;
    ASSERT_EQ(connect(), Status::ok);
    run();
    EXPECT_NE(sent().find("\r\nProxy-Authorization: Basic " + std::string(expected) + "\r\n\r\n"), std::string::npos);
    proxy->close(How::abort);
  }
}

TEST_F(Proxy, any_2xx_opens_and_what_stands_behind_belongs_to_the_tunnel) {
  for (const char* head : {kOk, "HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 204 \r\nTransfer-Encoding: chunked\r\n\r\n",
                           "HTTP/1.1 200\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"}) {
    for (const std::size_t chunk : {0u, 1u, 2u, 3u, 7u}) {
      ASSERT_EQ(answer(std::string(head) + "inside", chunk), Link::up) << head << chunk;
      std::string got;
      for (int i = 0; i < 20; ++i) {
        got.append(as_text(Bytes(proxy->rx().data(), proxy->rx().size())));
        proxy->rx_consume(proxy->rx().size());
        proxy->poll({++ms});
      }
      EXPECT_EQ(got, "inside");
      EXPECT_EQ(proxy->tx(as_bytes("out")), 3u);
      EXPECT_EQ(sent(), "out");
      proxy->close(How::abort);
    }
  }
}

TEST_F(Proxy, refusals_have_their_own_errors) {
  const std::pair<const char*, Error> cases[] = {{"407 Who", Error::proxy_auth_required},
                                                 {"403 No", Error::proxy_refused},
                                                 {"502 Bad Gateway", Error::proxy_refused},
                                                 {"302 Over there", Error::proxy_refused}};
  for (const auto& [status, error] : cases) {
    ASSERT_EQ(answer("HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 3\r\n\r\nbye", 1), Link::failed);
    EXPECT_EQ(proxy->error(), error);
    EXPECT_EQ(proxy->status(), std::stoi(status));
    EXPECT_TRUE(proxy->rx().empty());
    EXPECT_EQ(proxy->tx(as_bytes("secret")), 0u);
    proxy->close(How::abort);
  }
}

TEST_F(Proxy, what_is_no_answer) {
  for (const char* text : {"SSH-2.0-x\r\n", "HTTP/2 200 OK\r\n", "HTTP/1.1 2x0 OK\r\n", "HTTP/1.1 999 OK\r\n", "\r\n",
                           "HTTP/1.1 200 O\x01K\r\n"}) {
    EXPECT_EQ(answer(text), Link::failed) << text;
    EXPECT_EQ(proxy->error(), Error::proxy_bad_response) << text;
    proxy->close(How::abort);
  }
}

TEST_F(Proxy, a_head_without_end) {
  EXPECT_EQ(answer("HTTP/1.1 200 OK\r\nX: " + std::string(20000, 'x')), Link::failed);
  EXPECT_EQ(proxy->error(), Error::proxy_bad_response);
}

TEST_F(Proxy, an_answer_cut_at_every_byte) {
  const std::string whole = kOk;
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    ASSERT_EQ(connect(), Status::ok);
    run();
    link.push(whole.substr(0, cut));
    link.push_eof();
    EXPECT_EQ(run(), Link::failed) << cut;
    EXPECT_EQ(proxy->error(), Error::connection_lost) << cut;
    proxy->close(How::abort);
  }
}

TEST_F(Proxy, a_request_in_pieces_of_all_sizes) {
  for (std::size_t size = 1; size < 70; ++size) {
    link.set_tx_schedule({size, 0});
    ASSERT_EQ(connect(), Status::ok);
    for (int i = 0; i < 200; ++i) proxy->poll({++ms});
    EXPECT_EQ(sent(), "CONNECT device.example:443 HTTP/1.1\r\nHost: device.example:443\r\n\r\n");
    proxy->close(How::abort);
  }
}

TEST_F(Proxy, every_operation_failing) {
  for (std::size_t nth = 1; nth < 12; ++nth) {
    MemoryLink fragile;
    fragile.fail_operation(nth);
    Connect tunnel{fragile, options, MutBytes(scratch)};
    Link state = Link::failed;
    if (tunnel.connect("device.example", 443) == Status::ok) {
      for (int i = 0; i < 20 && (state = tunnel.poll({++ms})) != Link::up && state != Link::failed; ++i) {
        if (i == 2) fragile.push(std::string_view(kOk));
      }
    }
    EXPECT_TRUE(state == Link::up || tunnel.error() == Error::connection_reset) << nth;
    tunnel.close(How::abort);
    (void)fragile.violations();
  }
}

TEST_F(Proxy, nothing_that_could_break_the_request_is_sent) {
  for (const std::string& host :
       {std::string("a\r\nX: y"), std::string("a b"), std::string(), std::string("a\0b", 3), std::string("a/b")}) {
    EXPECT_EQ(connect(host), Status::transport_failed);
    EXPECT_EQ(proxy->error(), Error::name_not_found);
  }
  options.user = "a\r\nX";
  EXPECT_EQ(connect(), Status::transport_failed);
  EXPECT_EQ(proxy->error(), Error::proxy_auth_required);
  options.user = "a:b";
  EXPECT_EQ(connect(), Status::transport_failed);
  options.user = {};
  EXPECT_EQ(connect(std::string(400, 'a')), Status::transport_failed);
  EXPECT_EQ(proxy->error(), Error::out_of_resources);
  EXPECT_EQ(link.connects(), 0u);
}

// TLS below reaches to the proxy only: behind it the bytes would be in clear.
TEST_F(Proxy, a_proxy_that_speaks_tls_makes_no_link_secure) {
  link.secure_flag = true;
  proxy.emplace(link, options, MutBytes(scratch));
  EXPECT_FALSE(proxy->secure());
  std::array<std::uint8_t, 256> ring;
  test::TestEntropy entropy;
  WebSocket socket(*proxy, entropy.entropy(), MutBytes(ring));
  const ConnectOptions plain;
  EXPECT_EQ(socket.connect("wss://device.example/", plain, {1}), Status::wrong_transport);
  EXPECT_EQ(link.connects(), 0u);
  EXPECT_EQ(socket.connect("ws://device.example/", plain, {1}), Status::ok);
}

// The far end is a proxy that opened the tunnel; what follows is the suite's.
class ProxyRig final : public MemoryRig {
 public:
  using MemoryRig::MemoryRig;

  Transport& link() override { return connect_; }
  Instant now() override {
    pause();
    return MemoryRig::now();
  }
  Status connect() override {
    const Status status = connect_.connect("peer", 80);
    if (status != Status::ok) return status;
    link_.connect_polls = 2;
    (void)link_.take_sent();
    head_.clear();
    answered_ = false;
    link_.set_tx_budget(kWindow);
    return status;
  }
  /// The proxy answers.
  void pause() override {
    take(answered_ ? waiting_ : head_);
    if (answered_ || head_.find("\r\n\r\n") == std::string::npos) return;
    answered_ = true;
    link_.push(std::string_view(kOk), chunk_);
  }
  bool peer_ready() override { return answered_; }
  std::size_t peer_receive(MutBytes out) override {
    pause();
    return MemoryRig::peer_receive(out);
  }

 private:
  std::array<std::uint8_t, 256> scratch_;
  Connect connect_{link_, {"proxy", 3128, {}, {}}, MutBytes(scratch_)};
  std::string head_;
  bool answered_ = false;
};

INSTANTIATE_TEST_SUITE_P(Proxy, TransportConformance,
                         testing::Values(rig<ProxyRig>("copying", Holding::none, 0),
                                         rig<ProxyRig>("sealing_chunks_of_1", Holding::sealed, 1),
                                         rig<ProxyRig>("referring_chunks_of_100", Holding::reference, 100)),
                         rig_name);

}  // namespace
}  // namespace whit::conformance
