#include "wscat/secure.hpp"

#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>

#include "mbedtls/system_trust.hpp"
#include "mbedtls/tls.hpp"
#include "posix/entropy.hpp"
#include "wscat/text.hpp"

namespace wscat {

using whit::Error;
namespace tls = whit::mbedtls;

namespace {

constexpr std::size_t kArena = 4 << 20;  // the system's authorities take the most of it
constexpr std::size_t kSession = 8 << 10;

std::uint64_t real_time(void*) { return static_cast<std::uint64_t>(std::time(nullptr)); }

bool read(std::string_view name, std::string& content) {
  std::ifstream file(std::string(name), std::ios::binary);
  content.assign(std::istreambuf_iterator<char>(file), {});
  return file && !content.empty();
}

}  // namespace

struct Secure::State {
  explicit State(whit::Transport& below)
      : memory(new std::uint8_t[kArena + kSession]),
        arena({memory.get(), kArena}),
        drbg(whit::posix::entropy()),
        config(tls::Role::client, arena, drbg),
        store({memory.get() + kArena, kSession}),
        transport(below, config, &store) {}

  std::unique_ptr<std::uint8_t[]> memory;
  std::string ca;  // a certificate in DER is referred to
  std::vector<tls::Pin> pins;
  tls::Arena arena;
  tls::Drbg drbg;
  tls::Config config;
  tls::SessionStore store;
  tls::Tls transport;
};

Secure::Secure(whit::Transport& below) : state_(new State(below)) {}
Secure::~Secure() = default;
whit::Transport& Secure::transport() { return state_->transport; }

std::string Secure::configure(const TlsOptions& options) {
  tls::Config& config = state_->config;
  config.clock({real_time, nullptr});
  if (options.only_tls_1_3) config.min_version(tls::Version::tls_1_3);
  if (options.insecure) config.insecure_no_verification();
  for (const std::string& pin : options.pins) {
    state_->pins.emplace_back();
    std::memcpy(state_->pins.back().sha256, pin.data(), sizeof(tls::Pin));
  }
  if (!state_->pins.empty()) config.pin(whit::Span<const tls::Pin>(state_->pins));

  std::string content;
  if (!options.ca.empty()) {
    std::string& ca = state_->ca;
    if (!read(options.ca, ca)) return "cannot read " + printable(options.ca);
    const bool pem = ca.find("-----BEGIN") != std::string::npos;
    if ((pem ? config.trust_pem(ca) : config.trust_der(whit::as_bytes(ca))) != Error::none) {
      return printable(options.ca) + " holds no certificate";
    }
  } else if (!options.insecure && options.psk.empty()) {
    // A system without a bundle shows when connecting: there is nothing to verify with.
    const Error error = tls::trust_system(config);
    if (error != Error::none && error != Error::tls_no_anchor) {
      return "the system's certificates: " + std::string(describe(error));
    }
  }
  if (!options.cert.empty()) {
    std::string key;
    if (!read(options.cert, content)) return "cannot read " + printable(options.cert);
    if (!read(options.key, key)) return "cannot read " + printable(options.key);
    const Error error = config.identity(content, key);
    if (error == Error::tls_bad_certificate_data) return printable(options.cert) + " holds no certificate";
    if (error != Error::none) return printable(options.key) + " is not the key of " + printable(options.cert);
  }
  if (!options.psk.empty() && config.psk(options.psk_identity, whit::as_bytes(options.psk)) != Error::none) {
    return "the pre-shared key is refused: 16 to 32 bytes are usual";
  }
  return {};
}

std::string Secure::json() const {
  const tls::Info info = state_->transport.info();
  return R"({"version":)" + json_string(info.version) + R"(,"cipher":)" + json_string(info.cipher) + R"(,"resumed":)" +
         (info.resumed ? "true}" : "false}");
}

std::string Secure::text() const {
  const tls::Info info = state_->transport.info();
  return std::string(info.version) + ", " + std::string(info.cipher) + (info.resumed ? ", resumed" : "");
}

std::string Secure::detail() const {
  const tls::Detail& detail = state_->transport.detail();
  if (detail.alert != 0) return "alert " + std::to_string(detail.alert);
  if (state_->transport.error() == Error::tls_record_too_large) {
    return "a record of " + std::to_string(detail.record_size) + " bytes, while " +
           std::to_string(detail.record_limit) + " are the most";
  }
  if (detail.arena_request != 0) return "a block of " + std::to_string(detail.arena_request) + " bytes did not fit";
  return detail.code != 0 ? "mbedTLS returned " + std::to_string(detail.code) : std::string();
}

}  // namespace wscat
