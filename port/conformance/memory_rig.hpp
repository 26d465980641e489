// A Rig on the in-memory link of the tests, whose script is the far end.
#pragma once

#include <algorithm>
#include <string>

#include "support/memory_link.hpp"
#include "transport_conformance.hpp"

namespace whit::conformance {

/// There may be kWindow bytes under way in each direction.
class MemoryRig : public Rig {
 public:
  MemoryRig(test::Holding holding, std::size_t chunk) : chunk_(chunk) { link_.holding = holding; }

  [[nodiscard]] std::size_t large() const override { return chunk_ == 1 ? 100000 : 1u << 20; }
  Transport& link() override { return link_; }
  Instant now() override { return {++ms_}; }
  Status connect() override {
    if (link_.state() != Link::idle) return link_.connect("peer", 80);
    link_.connect_polls = 2;
    (void)link_.take_sent();
    link_.set_tx_budget(kWindow);
    return link_.connect("peer", 80);
  }
  void pause() override {}
  bool peer_ready() override { return link_.state() == Link::up; }
  std::size_t peer_send(Bytes bytes) override {
    const std::size_t room = kWindow - std::min(kWindow, link_.unread());
    const Bytes part = bytes.first(std::min(room, bytes.size()));
    link_.push(part, chunk_);
    return part.size();
  }
  std::size_t peer_receive(MutBytes out) override {
    take(waiting_);
    const std::size_t n = std::min(out.size(), waiting_.size());
    std::copy_n(waiting_.begin(), n, out.begin());
    waiting_.erase(0, n);
    link_.set_tx_budget(kWindow - std::min(kWindow, waiting_.size()));
    return n;
  }
  bool peer_saw_end() override { return waiting_.empty() && (link_.fin() || link_.aborted()); }
  void peer_end() override { link_.push_eof(); }
  void peer_reset() override { link_.push_reset(); }

 protected:
  static constexpr std::size_t kWindow = 4096;

  void take(std::string& into) {
    for (const std::uint8_t byte : link_.take_sent()) into.push_back(static_cast<char>(byte));
  }

  std::size_t chunk_;
  test::MemoryLink link_;
  std::string waiting_;  // has arrived at the far end
  std::uint32_t ms_ = 0;
};

}  // namespace whit::conformance
