// Connecting to the first of several addresses that answers (RFC 8305, "Happy Eyeballs").
#pragma once

#include <cstddef>
#include <cstdint>

#include "posix/address.hpp"
#include "whit/bytes.hpp"
#include "whit/error.hpp"
#include "whit/time.hpp"

namespace whit::posix {

/// Tries addresses in order. The next attempt starts `delay` after the previous one, or at once when that one has
/// failed; they go on side by side, the first to connect wins, and the others are closed.
class Dialler {
 public:
  enum class Outcome : std::uint8_t { pending, connected, failed };

  static constexpr std::uint32_t kMinDelayMs = 10;  ///< RFC 8305 5: never less.

  /// `timeout_ms`: the limit of each attempt; 0 leaves it to the system.
  Dialler(std::uint32_t delay_ms, std::uint32_t timeout_ms)
      : delay_ms_(delay_ms < kMinDelayMs ? kMinDelayMs : delay_ms), timeout_ms_(timeout_ms) {}

  /// The addresses to try, in this order but with alternating families. The first attempt starts with poll().
  void begin(const AddressList& addresses);
  /// More addresses, found later: those that are not known yet go behind the others.
  void add(const AddressList& more);
  /// Moves on. Once connected, take() hands out the socket; once failed, error() tells why.
  Outcome poll(Instant now);
  /// The connected socket, which is the caller's from now on.
  int take();
  /// Of several failures the first that is more telling than "no route".
  [[nodiscard]] Error error() const { return error_; }
  [[nodiscard]] Deadline next_deadline() const;
  /// Fills in a descriptor for each attempt under way; how many.
  std::size_t poll_fds(Span<pollfd> out) const;
  /// Closes everything.
  void abort();

 private:
  struct Attempt {
    int fd = -1;  // -1: ended, or not begun
    Instant started{};
  };

  [[nodiscard]] bool knows(const Address& address) const;
  bool check_attempts();
  void drop_late(Instant now);
  bool start_due(Instant now);
  bool start_next(Instant now);
  void lose(Attempt& attempt, Error error);
  void note(Error error);
  [[nodiscard]] bool any_live() const;
  [[nodiscard]] bool next_is_due(Instant now) const;

  std::uint32_t delay_ms_;
  std::uint32_t timeout_ms_;
  AddressList addresses_;
  Attempt attempts_[kMaxAddresses];
  std::size_t next_ = 0;  // the first address that was not tried
  int winner_ = -1;
  Error error_ = Error::none;
};

}  // namespace whit::posix
