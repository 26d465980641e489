#include "outside.hpp"

namespace {

class Nowhere final : public whit::Transport {
 public:
  whit::Status connect(std::string_view, std::uint16_t) override { return whit::Status::ok; }
  whit::Link poll(whit::Instant) override { return whit::Link::up; }
  whit::MutBytes rx() override { return {}; }
  void rx_consume(std::size_t) override {}
  std::size_t tx(whit::Bytes) override { return 0; }
  void close(whit::How) override {}
  [[nodiscard]] whit::Error error() const override { return whit::Error::none; }
};

Nowhere g_nowhere;

}  // namespace

whit::Transport& the_transport() { return g_nowhere; }
whit::Entropy the_entropy() { return {}; }
whit::Instant the_time() { return {}; }
std::string_view the_url() { return {}; }
void take(whit::MutBytes) {}
void sleep_until(whit::Deadline) {}

// The RAM of one connection beside its ring, for the script to read.
extern "C" {
extern const char whit_connection_ram[sizeof(whit::WebSocket)];
const char whit_connection_ram[sizeof(whit::WebSocket)] = {};
}
