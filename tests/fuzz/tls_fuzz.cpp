// What a TLS server sends, to a client whose entropy is fixed: so a recorded session is accepted to its end, and a
// mutated one up to the mutation. The input: a byte that cuts it, a byte of habits, the size of the trust anchor in two
// bytes, the anchor in DER, what the server sends. make_tls_corpus.cpp records the seeds.
//
// Holds: nothing is read outside the view, no leak in the arena, whole and chopped input give the same bytes and the
// same end.
#include "mbedtls/tls.hpp"
#include "pipe.hpp"
#include "tls_entropy.hpp"

namespace {

constexpr unsigned kOnly12 = 1, kSends = 2;

// libFuzzer runs many inputs in one process: everything is made anew for each.
std::string run(const std::string& anchor, const std::string& input, unsigned step, unsigned habits) {
  static std::uint8_t memory[128 * 1024];
  whit::mbedtls::Arena arena{whit::MutBytes(memory)};
  fuzz::FixedEntropy entropy;
  std::string trace;
  {
    whit::mbedtls::Drbg drbg{entropy.source()};
    whit::mbedtls::Config config{whit::mbedtls::Role::client, arena, drbg};
    if (config.trust_der(whit::as_bytes(anchor)) != whit::Error::none) return "no anchor";
    config.ignore_dates();
    if ((habits & kOnly12) != 0) config.max_version(whit::mbedtls::Version::tls_1_2);
    fuzz::Pipe pipe;
    pipe.chunks = fuzz::cut(input, step);
    whit::mbedtls::Tls tls{pipe, config};
    REQUIRE(tls.connect("localhost", 443) == whit::Status::ok);
    whit::Link state = whit::Link::connecting;
    std::string plain;
    bool sent = (habits & kSends) == 0;
    for (int i = 0; i < 200000 && state != whit::Link::eof && state != whit::Link::failed; ++i) {
      state = tls.poll({static_cast<std::uint32_t>(i)});
      if (state == whit::Link::up && !sent) sent = tls.tx(whit::as_bytes("hello")) == 5;
      const whit::MutBytes view = tls.rx();
      plain.append(reinterpret_cast<const char*>(view.data()), view.size());
      tls.rx_consume(view.size());
    }
    REQUIRE(state == whit::Link::eof || state == whit::Link::failed);  // the input has an end, and it was told
    REQUIRE((state == whit::Link::failed) == (tls.error() != whit::Error::none));
    trace = plain + "|" + std::to_string(static_cast<int>(tls.error()));
  }
  REQUIRE(arena.used() == 0);
  return trace;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const std::string input(reinterpret_cast<const char*>(data) + 4, size - 4);
  const std::size_t anchor = (data[2] * 256u + data[3]) % (input.size() + 1);
  const std::string whole = run(input.substr(0, anchor), input.substr(anchor), 0, data[1]);
  REQUIRE(run(input.substr(0, anchor), input.substr(anchor), 1 + data[0] % 40u, data[1]) == whole);
  return 0;
}
