// A transport of the application's C functions.
#include "whit/transport.hpp"

#include <new>

#include "whit/whit.h"

namespace whit {
namespace {

class FromC final : public Transport {
 public:
  explicit FromC(const whit_transport_functions& functions) : c_(functions) {}
  Status connect(std::string_view host, std::uint16_t port) override {
    return c_.connect(c_.context, host.data(), host.size(), port) ? Status::ok : Status::transport_failed;
  }
  Link poll(Instant now) override { return static_cast<Link>(c_.poll(c_.context, now.ms)); }
  MutBytes rx() override {
    std::size_t size = 0;
    std::uint8_t* data = c_.rx(c_.context, &size);
    return {data, size};
  }
  void rx_consume(std::size_t n) override { c_.rx_consume(c_.context, n); }
  std::size_t tx(Bytes front) override { return c_.tx(c_.context, front.data(), front.size()); }
  void close(How how) override { c_.close(c_.context, how == How::abort); }
  [[nodiscard]] Error error() const override { return static_cast<Error>(c_.error(c_.context)); }
  [[nodiscard]] bool secure() const override { return c_.secure; }

 private:
  const whit_transport_functions& c_;
};
static_assert(sizeof(FromC) <= sizeof(whit_transport_storage) && alignof(FromC) <= alignof(whit_transport_storage));
static_assert(static_cast<int>(Link::failed) == WHIT_LINK_FAILED);

}  // namespace
}  // namespace whit

whit_transport* whit_transport_init(whit_transport_storage* storage, const whit_transport_functions* functions) {
  whit::Transport* transport = new (storage->bytes) whit::FromC(*functions);
  return reinterpret_cast<whit_transport*>(transport);
}
