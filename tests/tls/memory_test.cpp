// What the arena must hold: tls_memory_needed() against the peaks of real handshakes.
#include "mbedtls/memory.hpp"

#include "tls/tls_fixture.hpp"

namespace whit::test {
namespace {

struct Server {
  const char* name;
  int version;
  const char* chain;
  const char* key;
  mbedtls::ServerChain sends;
};

void PrintTo(const Server& server, std::ostream* out) { *out << server.name; }

class Memory : public TlsTest, public testing::WithParamInterface<Server> {};

TEST_P(Memory, needed_is_a_close_bound_of_the_peak) {
  peer.versions(GetParam().version, GetParam().version);
  peer.identity(GetParam().chain, GetParam().key);
  const std::size_t needed = mbedtls::tls_memory_needed(trusting(), GetParam().sends);
  arena.reset_peak();
  ASSERT_EQ(connect(), Link::up) << to_string(tls->error());
  ASSERT_TRUE(send("hello"));
  std::printf("| %-22s | peak %6zu | needed %6zu |\n", GetParam().name, arena.peak(), needed);
  EXPECT_LE(arena.peak(), needed);
  EXPECT_LE(needed, arena.peak() * 5 / 4);
}

// An arena of just that size is enough; the one of the peak as well.
TEST_P(Memory, an_arena_of_that_size_is_enough) {
  peer.versions(GetParam().version, GetParam().version);
  peer.identity(GetParam().chain, GetParam().key);
  const std::size_t needed = mbedtls::tls_memory_needed(trusting(), GetParam().sends);
  config.reset();
  std::vector<std::uint8_t> exact(needed);
  mbedtls::Arena small{MutBytes(exact.data(), exact.size())};
  mbedtls::Config settings(mbedtls::Role::client, small, drbg);
  ASSERT_EQ(settings.trust_pem(certificate("roots.pem")), Error::none);
  settings.ignore_dates();
  tls.emplace(link, settings);
  peer.restart();
  ASSERT_EQ(tls->connect("localhost", 443), Status::ok);
  EXPECT_EQ(run([](Link state) { return state != Link::connecting; }), Link::up) << to_string(tls->error());
  tls.reset();
}

INSTANTIATE_TEST_SUITE_P(
    , Memory,
    testing::Values(Server{"ECDSA, TLS 1.2", TLS1_2_VERSION, "server", "server", {1, 500}},
                    Server{"ECDSA, TLS 1.3", TLS1_3_VERSION, "server", "server", {1, 500}},
                    Server{"two ECDSA, TLS 1.2", TLS1_2_VERSION, "chained_full", "chained", {2, 900}},
                    Server{"two ECDSA, TLS 1.3", TLS1_3_VERSION, "chained_full", "chained", {2, 900}},
                    Server{"P-384, TLS 1.2", TLS1_2_VERSION, "p384_server", "p384_server", {1, 550}},
                    Server{"P-384, TLS 1.3", TLS1_3_VERSION, "p384_server", "p384_server", {1, 550}},
                    Server{"RSA, TLS 1.2", TLS1_2_VERSION, "rsa_server", "rsa_server", {1, 900}},
                    Server{"RSA, TLS 1.3", TLS1_3_VERSION, "rsa_server", "rsa_server", {1, 900}}));

}  // namespace
}  // namespace whit::test
