// The smallest configuration: 1 KiB in, 512 bytes out, DER only.
#include "mbedtls/memory.hpp"
#include "tls/small/small_fixture.hpp"

namespace whit::test {
namespace {

using Small = SmallTest;

// TLS-12
TEST_F(Small, max_fragment_length_is_offered_and_kept) {
  ASSERT_EQ(connect(), Link::up) << to_string(tls->error()) << tls->detail().code;
  EXPECT_EQ(SSL_SESSION_get_max_fragment_length(SSL_get_session(peer.ssl())), TLSEXT_max_fragment_length_512);
  const std::string text(10000, 'x');
  peer.send(text);
  EXPECT_EQ(receive(text.size()), text);
  ASSERT_TRUE(send(text));
  EXPECT_EQ(peer.take_received(), text);
}

// TLS-13: a server that did not listen. The record's header is enough to know.
TEST_F(Small, a_record_that_does_not_fit_is_told_with_both_sizes) {
  ASSERT_EQ(connect(), Link::up);
  link.push(std::string_view("\x17\x03\x03\x40\x00", 5));
  link.push(std::string(0x4000, 'x'));
  EXPECT_EQ(run([](Link state) { return state == Link::failed; }), Link::failed);
  EXPECT_EQ(to_string(tls->error()), "tls_record_too_large") << tls->detail().code;
  EXPECT_EQ(tls->detail().record_size, 0x4000);
  EXPECT_EQ(tls->detail().record_limit, 1024);
}

TEST_F(Small, a_certificate_that_does_not_fit_is_told_with_both_sizes) {
  peer.identity("large");
  SSL_CTX_set_max_send_fragment(peer.context(), 16384);
  SSL_CTX_set_options(peer.context(), SSL_OP_NO_TICKET);
  const Link state = connect();
  // With max_fragment_length even this goes in pieces, which mbedTLS puts together in its buffer, if it has room.
  EXPECT_EQ(state, Link::failed);
  EXPECT_EQ(category(tls->error()), Category::tls);
  EXPECT_NE(tls->error(), Error::tls_untrusted);
}

TEST_F(Small, what_is_not_compiled_in_is_told) {
  EXPECT_EQ(config->trust_pem(certificate("root.pem")), Error::tls_bad_certificate_data);
  const std::uint8_t key[16] = {};
  EXPECT_EQ(config->psk("device", Bytes(key)), Error::tls_bad_key);
  const mbedtls::Signer rsa{mbedtls::Signer::Algorithm::rsa_pkcs1, 2048, nullptr, nullptr};
  EXPECT_EQ(config->identity(certificate("client.der"), rsa), Error::tls_bad_key);
}

TEST_F(Small, tls_1_3_and_rsa_servers_are_refused) {
  peer.versions(TLS1_3_VERSION, TLS1_3_VERSION);
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_no_shared_version);
  tls->close(How::abort);
  peer.versions(TLS1_2_VERSION, TLS1_2_VERSION);
  peer.identity("rsa_server");
  ASSERT_EQ(connect(), Link::failed);
  EXPECT_EQ(tls->error(), Error::tls_no_shared_cipher);
}

TEST_F(Small, needs_no_more_than_tls_memory_needed) {
  const std::size_t needed = mbedtls::tls_memory_needed(*config, {1, 500});
  arena.reset_peak();
  ASSERT_EQ(connect(), Link::up);
  ASSERT_TRUE(send("x"));
  EXPECT_LE(arena.peak(), needed);
  EXPECT_LE(needed, arena.peak() * 3 / 2);
}

}  // namespace
}  // namespace whit::test
