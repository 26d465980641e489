// Posts from an interrupt or another core.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "whit/bytes.hpp"

namespace whit {

/// A queue of byte strings with one producer and one consumer, each in a context of its own: an interrupt and the main
/// loop, two cores, two threads. Both sides are wait-free: neither ever waits for the other, and neither call loops.
class Mailbox {
 public:
  /// `memory` must outlive it; a message takes two bytes besides its own, and one byte of the memory stays free.
  explicit Mailbox(MutBytes memory) : memory_(memory) {}
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// Producer: copies a message of 1 to 65535 bytes in. False if it is empty, or there is no room, or never will be.
  bool put(Bytes message);
  /// Consumer: copies the oldest message out and forgets it; how large it is. Nothing happens, and 0 is returned, if
  /// there is none or it does not fit `out` (see next_size()).
  std::size_t take(MutBytes out);
  /// Consumer: the size of the oldest message; 0 if there is none.
  [[nodiscard]] std::size_t next_size() const;

 private:
  [[nodiscard]] std::size_t size_at(std::size_t at) const;
  void copy_in(std::size_t at, const std::uint8_t* data, std::size_t size);
  void copy_out(std::size_t at, std::uint8_t* data, std::size_t size) const;
  [[nodiscard]] std::size_t ahead(std::size_t at, std::size_t n) const {
    return at + n < memory_.size() ? at + n : at + n - memory_.size();
  }

  MutBytes memory_;
  std::atomic<std::size_t> begin_{0};  // written by the consumer
  std::atomic<std::size_t> end_{0};    // written by the producer
};

}  // namespace whit
