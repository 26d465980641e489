// Records what OpenSSL sends to a client with fixed entropy: make_tls_corpus DIRECTORY. The seeds of
// tests/fuzz/tls_fuzz.cpp.
#include <cstdio>
#include <fstream>

#include "fuzz/tls_entropy.hpp"
#include "mbedtls/tls.hpp"
#include "support/memory_link.hpp"
#include "tls/openssl_peer.hpp"

namespace {

using namespace whit;

constexpr unsigned kOnly12 = 1, kSends = 2;

std::string record(int version, std::string_view chain, std::string_view key, std::string_view root, unsigned habits) {
  static std::uint8_t memory[128 * 1024];
  mbedtls::Arena arena{MutBytes(memory)};
  fuzz::FixedEntropy entropy;
  mbedtls::Drbg drbg{entropy.source()};
  mbedtls::Config config{mbedtls::Role::client, arena, drbg};
  const std::string anchor = test::certificate(std::string(root) + ".der");
  if (config.trust_der(as_bytes(anchor)) != Error::none) return {};
  config.ignore_dates();
  if ((habits & kOnly12) != 0) config.max_version(mbedtls::Version::tls_1_2);
  test::OpenSslPeer peer;
  peer.versions(version, version);
  peer.identity(chain, key);
  peer.restart();
  test::MemoryLink link;
  mbedtls::Tls tls{link, config};
  if (tls.connect("localhost", 443) != Status::ok) return {};
  std::string all;
  bool greeted = false, sent = (habits & kSends) == 0;
  for (std::uint32_t i = 0; i < 100; ++i) {
    const Link state = tls.poll({i});
    if (state == Link::up && !sent) sent = tls.tx(as_bytes("hello")) == 5;
    tls.rx_consume(tls.rx().size());
    const auto bytes = link.take_sent();
    peer.feed(as_text(Bytes(bytes.data(), bytes.size())));
    peer.work();
    if (state == Link::up && !greeted) {
      greeted = true;
      peer.send("welcome");
      peer.send(std::string(600, 'x'));
      peer.close_notify();
    }
    const std::string output = peer.take_output();
    all += output;
    if (!output.empty()) link.push(output);
  }
  std::string seed{static_cast<char>(17), static_cast<char>(habits), static_cast<char>(anchor.size() >> 8),
                   static_cast<char>(anchor.size())};
  return seed + anchor + all;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const struct {
    const char *name, *chain, *key, *root;
    int version;
    unsigned habits;
  } seeds[] = {{"ecdsa_1_2", "server", "server", "root", TLS1_2_VERSION, 0},
               {"only_1_2", "server", "server", "root", TLS1_2_VERSION, kOnly12 | kSends},
               {"ecdsa_1_3", "server", "server", "root", TLS1_3_VERSION, kSends},
               {"chain_1_3", "chained_full", "chained", "root", TLS1_3_VERSION, 0},
               {"rsa_1_2", "rsa_server", "rsa_server", "rsa_root", TLS1_2_VERSION, 0},
               {"rsa_1_3", "rsa_server", "rsa_server", "rsa_root", TLS1_3_VERSION, 0},
               {"untrusted", "self_signed", "self_signed", "root", TLS1_3_VERSION, 0}};
  for (const auto& each : seeds) {
    const std::string seed = record(each.version, each.chain, each.key, each.root, each.habits);
    std::ofstream(std::string(argv[1]) + "/" + each.name, std::ios::binary) << seed;
    std::printf("%s: %zu bytes\n", each.name, seed.size());
  }
}
