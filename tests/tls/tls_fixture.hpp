// A TLS client of whit's over a scripted link to OpenSSL.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <ctime>
#include <optional>
#include <string>

#include "mbedtls/tls.hpp"
#include "support/memory_link.hpp"
#include "tls/openssl_peer.hpp"

namespace whit::test {

/// Entropy for tests: repeatable, and it may be told to fail.
struct RepeatableEntropy {
  std::uint32_t state = 1;
  int fail_after = -1;
  [[nodiscard]] Entropy source() {
    return {[](void* self, MutBytes out) {
              auto& it = *static_cast<RepeatableEntropy*>(self);
              if (it.fail_after == 0) return false;
              if (it.fail_after > 0) --it.fail_after;
              for (std::uint8_t& byte : out)
                byte = static_cast<std::uint8_t>((it.state = it.state * 1664525u + 1013904223u) >> 24);
              return true;
            },
            this};
  }
};

inline std::uint64_t real_time(void*) { return static_cast<std::uint64_t>(std::time(nullptr)); }

class TlsTest : public testing::Test {
 protected:
  ~TlsTest() override {
    tls.reset();
    config.reset();
    EXPECT_EQ(arena.used(), known_leak) << "leaked in the arena";
    EXPECT_TRUE(link.violations().empty());
  }

  /// A configuration that trusts the test authorities and checks dates.
  mbedtls::Config& trusting() {
    config.emplace(mbedtls::Role::client, arena, drbg);
    EXPECT_EQ(config->trust_pem(certificate("roots.pem")), Error::none);
    config->clock({real_time, nullptr});
    return *config;
  }

  /// Connects and lets both sides talk until the link is up or failed, in chunks of `chunk` bytes.
  Link connect(std::string_view host = "localhost", std::size_t chunk = 0) {
    if (!config) trusting();
    if (!tls) tls.emplace(link, *config, store);
    if (!peer.has_identity()) peer.identity("server");
    peer.restart();
    (void)link.take_sent();  // the alert of the link before
    host_ = host;
    EXPECT_EQ(tls->connect(host_, 443), Status::ok);
    return run([&](Link state) { return state != Link::connecting; }, chunk);
  }

  /// Lets both sides talk until `done`, or nothing moves for a while.
  template <typename Done>
  Link run(Done done, std::size_t chunk = 0) {
    Link state = Link::idle;
    for (int i = 0; i < 400; ++i) {
      state = tls->poll({++ms});
      if (done(state)) break;
      peer.exchange(link, chunk);
    }
    return state;
  }

  /// The same, but `deliver` decides what becomes of the peer's bytes.
  template <typename Deliver>
  Link run_raw(Deliver deliver) {
    Link state = Link::idle;
    for (int i = 0; i < 60; ++i) {
      state = tls->poll({++ms});
      if (state != Link::connecting) break;
      const auto sent = link.take_sent();
      peer.feed(as_text(Bytes(sent.data(), sent.size())));
      peer.work();
      deliver(peer.take_output());
    }
    return state;
  }

  std::string receive(std::size_t size, std::size_t chunk = 0) {
    std::string got;
    run(
        [&](Link) {
          const MutBytes view = tls->rx();
          got.append(as_text(Bytes(view.data(), view.size())));
          tls->rx_consume(view.size());
          return got.size() >= size;
        },
        chunk);
    return got;
  }

  bool send(std::string_view text) {
    Bytes rest = as_bytes(text);
    run([&](Link) {
      rest = rest.drop(tls->tx(rest));
      return rest.empty();
    });
    run([&](Link) { return false; });
    return rest.empty();
  }

  RepeatableEntropy entropy;
  std::array<std::uint8_t, 256 * 1024> memory;
  mbedtls::Arena arena{MutBytes(memory.data(), memory.size())};
  mbedtls::Drbg drbg{entropy.source()};
  MemoryLink link;
  OpenSslPeer peer;
  mbedtls::SessionStore* store = nullptr;
  std::optional<mbedtls::Config> config;
  std::optional<mbedtls::Tls> tls;
  std::size_t known_leak = 0;  // of mbedTLS's own, see the test that sets it
  std::uint32_t ms = 0;
  std::string host_;
};

}  // namespace whit::test
