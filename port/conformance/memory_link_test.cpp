// The in-memory link of the tests against the same suite: what the core is tested with keeps the same contract.
#include "support/memory_link.hpp"

#include <algorithm>
#include <string>

#include "transport_conformance.hpp"

namespace whit::conformance {
namespace {

using test::Holding;

// The far end is the script of the link. It may have kWindow bytes under way in each direction.
template <Holding kHolding, std::size_t kChunk>
class MemoryRig {
 public:
  static constexpr std::size_t kLarge = kChunk == 1 ? 100000 : 1u << 20;

  static std::string name() {
    constexpr const char* kHoldings[] = {"copying", "sealing", "referring"};
    return std::string(kHoldings[static_cast<int>(kHolding)]) +
           (kChunk == 0 ? "" : "_chunks_of_" + std::to_string(kChunk));
  }

  MemoryRig() { link_.holding = kHolding; }

  Transport& link() { return link_; }
  Instant now() { return {++ms_}; }
  Status connect() {
    if (link_.state() != Link::idle) return link_.connect("peer", 80);
    link_.connect_polls = 2;
    (void)link_.take_sent();
    link_.set_tx_budget(kWindow);
    return link_.connect("peer", 80);
  }
  void pause() {}
  bool peer_ready() { return link_.state() == Link::up; }
  std::size_t peer_send(Bytes bytes) {
    const std::size_t room = kWindow - std::min(kWindow, link_.unread());
    const Bytes part = bytes.first(std::min(room, bytes.size()));
    link_.push(part, kChunk);
    return part.size();
  }
  std::size_t peer_receive(MutBytes out) {
    for (const std::uint8_t byte : link_.take_sent()) waiting_.push_back(static_cast<char>(byte));
    const std::size_t n = std::min(out.size(), waiting_.size());
    std::copy_n(waiting_.begin(), n, out.begin());
    waiting_.erase(0, n);
    link_.set_tx_budget(kWindow - std::min(kWindow, waiting_.size()));
    return n;
  }
  bool peer_saw_end() { return waiting_.empty() && (link_.fin() || link_.aborted()); }
  void peer_end() { link_.push_eof(); }
  void peer_reset() { link_.push_reset(); }

 private:
  static constexpr std::size_t kWindow = 4096;

  test::MemoryLink link_;
  std::string waiting_;  // has arrived at the far end
  std::uint32_t ms_ = 0;
};

using Rigs = testing::Types<MemoryRig<Holding::none, 0>, MemoryRig<Holding::none, 1>, MemoryRig<Holding::sealed, 7>,
                            MemoryRig<Holding::reference, 100>>;
INSTANTIATE_TYPED_TEST_SUITE_P(MemoryLink, TransportConformance, Rigs, RigNames);

}  // namespace
}  // namespace whit::conformance
