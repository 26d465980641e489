// https:// and wss://: the certificate and its key were built in. A device that is sold has its own, from where nobody
// can read it.
#include "board.hpp"
#include "common/text.hpp"
#include "identity.hpp"
#include "mbedtls/tls.hpp"
#include "server/connection.hpp"

namespace app {
namespace {

namespace board = whit::board;
namespace mbedtls = whit::mbedtls;

alignas(8) std::uint8_t memory[WHIT_SERVER_ARENA];
mbedtls::Arena arena{whit::MutBytes(memory)};
mbedtls::Drbg drbg{board::entropy()};
mbedtls::Config config{mbedtls::Role::server, arena, drbg};
bool configured = false;

std::size_t links_made = 0;
struct Link {
  mbedtls::Tls tls{board::tcp(links_made++), config};
};
Link links[kConnections];

std::string_view text(whit::Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

void configure() {
  configured = true;
  if (config.identity(text(kCertificate), text(kKey)) == whit::Error::none) return;
  board::print("the certificate and the key that were built in do not do\n");
  board::end(false);
}

}  // namespace

whit::Transport& transport(std::size_t which) {
  if (!configured) configure();
  return links[which].tls;
}

whit::Entropy entropy() { return drbg.entropy(); }

std::string_view scheme() { return "https"; }

bool accept(std::size_t which) {
  while (board::accept(which)) {
    if (links[which].tls.accept() == whit::Status::ok) return true;
    board::tcp(which).close(whit::How::abort);
  }
  return false;
}

void print_memory() {
  Line() << "TLS arena: peak " << static_cast<std::uint32_t>(arena.peak()) << " of "
         << static_cast<std::uint32_t>(arena.size()) << " bytes\n";
}

}  // namespace app
