// wss://: the server is verified by the authority that was built in.
#include "board.hpp"
#include "certificates.hpp"
#include "common/connection.hpp"
#include "common/text.hpp"
#include "mbedtls/tls.hpp"

namespace app {
namespace {

namespace board = whit::board;
namespace mbedtls = whit::mbedtls;

alignas(8) std::uint8_t memory[WHIT_ARENA];
mbedtls::Arena arena{whit::MutBytes(memory)};
mbedtls::Drbg drbg{board::entropy()};
mbedtls::Config config{mbedtls::Role::client, arena, drbg};
mbedtls::Tls tls{board::tcp(), config};
bool configured = false;

void configure() {
  configured = true;
  if (config.trust_der(kAuthority) != whit::Error::none) {
    board::print("the authority that was built in is no certificate\n");
    board::end(false);
  }
  if (board::wall_clock(nullptr) != 0) {
    config.clock({board::wall_clock, nullptr});
  } else {
    config.ignore_dates();
    board::print("the time is not known, so the dates of certificates are not checked\n");
  }
}

}  // namespace

whit::Transport& transport() {
  if (!configured) configure();
  return tls;
}

whit::Entropy entropy() { return drbg.entropy(); }

void print_memory() {
  Line() << "TLS arena: peak " << static_cast<std::uint32_t>(arena.peak()) << " of "
         << static_cast<std::uint32_t>(arena.size()) << " bytes, " << static_cast<std::uint32_t>(arena.used())
         << " in use\n";
}

}  // namespace app
