// SRV-22: the server role, with OpenSSL as the client.
#include <optional>

#include "tls/tls_fixture.hpp"

namespace whit::test {
namespace {

class TlsServer : public TlsTest, public testing::WithParamInterface<int> {
 protected:
  void SetUp() override { serve("server"); }

  void serve(const std::string& name) {
    tls.reset();
    config.emplace(mbedtls::Role::server, arena, drbg);
    ASSERT_EQ(config->identity(certificate(name + ".pem"), certificate(name + ".key")), Error::none);
    tls.emplace(link, *config);
  }

  Link accept() {
    client.versions(GetParam(), GetParam());
    SSL_CTX_load_verify_locations(client.context(), certificate_path("roots.pem").c_str(), nullptr);
    SSL_CTX_set_verify(client.context(), SSL_VERIFY_PEER, nullptr);
    client.restart();
    (void)link.take_sent();  // the alert of the link before
    SSL_set1_host(client.ssl(), "localhost");
    SSL_set_tlsext_host_name(client.ssl(), "localhost");
    link.adopt();
    EXPECT_EQ(tls->accept(), Status::ok);
    return talk([](Link state) { return state == Link::failed; });
  }

  template <typename Done>
  Link talk(Done done) {
    Link state = Link::idle;
    for (int i = 0; i < 60; ++i) {
      client.exchange(link);
      state = tls->poll({++ms});
      if (done(state)) break;
    }
    return state;
  }

  OpenSslPeer client{OpenSslPeer::Role::client};
};
INSTANTIATE_TEST_SUITE_P(, TlsServer, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(TlsServer, serves_with_ecdsa_and_rsa) {
  for (const char* name : {"server", "rsa_server", "p384_server"}) {
    serve(name);
    ASSERT_EQ(accept(), Link::up) << name << " " << to_string(tls->error()) << tls->detail().code;
    ASSERT_TRUE(client.is_open());
    client.send("question");
    std::string got;
    talk([&](Link) {
      got.append(as_text(Bytes(tls->rx().data(), tls->rx().size())));
      tls->rx_consume(tls->rx().size());
      return got.size() == 8;
    });
    EXPECT_EQ(got, "question");
    EXPECT_EQ(tls->tx(as_bytes("answer")), 6u);
    talk([](Link) { return false; });
    EXPECT_EQ(client.take_received(), "answer");
    tls->close(How::graceful);
    talk([](Link) { return false; });
    EXPECT_TRUE(client.saw_close_notify());
    tls->close(How::abort);
  }
}

TEST_P(TlsServer, refuses_what_is_not_tls) {
  link.adopt();
  ASSERT_EQ(tls->accept(), Status::ok);
  link.push("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  Link state = Link::idle;
  for (int i = 0; i < 10 && state != Link::failed; ++i) state = tls->poll({++ms});
  EXPECT_EQ(state, Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_bad_record);
  EXPECT_EQ(as_text(Bytes(link.sent().data(), link.sent().size())).find("HTTP"), std::string_view::npos);
}

TEST_P(TlsServer, asks_for_client_certificates) {
  ASSERT_EQ(config->trust_pem(certificate("root.pem")), Error::none);
  config->ignore_dates();
  config->require_client_certificate();
  EXPECT_EQ(accept(), Link::failed);
  EXPECT_EQ(category(tls->error()), Category::tls);
  tls->close(How::abort);
  client.identity("client");
  EXPECT_EQ(accept(), Link::up) << to_string(tls->error()) << tls->detail().code;
  tls->close(How::abort);
  client.identity("self_signed");
  EXPECT_EQ(accept(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_untrusted);
}

TEST_P(TlsServer, a_client_that_does_not_believe_us_says_so) {
  serve("self_signed");
  EXPECT_EQ(accept(), Link::failed);
  EXPECT_EQ(category(tls->error()), Category::tls);
}

}  // namespace
}  // namespace whit::test
