// Time is an argument: whit owns no clock. Milliseconds of any monotonic counter, 32 bits, wrap-safe.
#pragma once

#include <cstdint>

namespace whit {

/// A point in time in milliseconds since an arbitrary start; it wraps after 49.7 days and may.
/// Two instants can be compared while they are less than 24.8 days apart.
struct Instant {
  std::uint32_t ms = 0;

  friend constexpr bool operator==(Instant a, Instant b) { return a.ms == b.ms; }
  friend constexpr bool operator!=(Instant a, Instant b) { return a.ms != b.ms; }
  friend constexpr Instant operator+(Instant t, std::uint32_t delta_ms) { return {t.ms + delta_ms}; }
  /// Milliseconds from b to a.
  friend constexpr std::uint32_t operator-(Instant a, Instant b) { return a.ms - b.ms; }
};

/// True once `now` is at or past `deadline`.
[[nodiscard]] constexpr bool reached(Instant now, Instant deadline) {
  return static_cast<std::int32_t>(now.ms - deadline.ms) >= 0;
}

/// When a loop must call poll() again even if nothing arrives: at once, at an instant, or never.
class Deadline {
 public:
  static constexpr std::uint32_t kForever = 0xFFFFFFFFu;

  static constexpr Deadline never() { return {}; }
  static constexpr Deadline immediately() { return {Kind::immediately, {}}; }
  static constexpr Deadline at(Instant t) { return {Kind::at, t}; }

  [[nodiscard]] constexpr bool is_never() const { return kind_ == Kind::never; }
  [[nodiscard]] constexpr bool is_immediate() const { return kind_ == Kind::immediately; }
  /// Meaningful when neither is_never() nor is_immediate().
  [[nodiscard]] constexpr Instant instant() const { return at_; }

  /// How long the loop may sleep: 0 when due, kForever when there is no deadline.
  [[nodiscard]] constexpr std::uint32_t ms_left(Instant now) const {
    if (kind_ == Kind::never) return kForever;
    if (kind_ == Kind::immediately || reached(now, at_)) return 0;
    return at_ - now;
  }

  /// The sooner of two deadlines (armed less than 24.8 days apart).
  [[nodiscard]] static constexpr Deadline earlier(Deadline a, Deadline b) {
    if (a.kind_ == Kind::never || b.kind_ == Kind::immediately) return b;
    if (b.kind_ == Kind::never || a.kind_ == Kind::immediately) return a;
    return reached(a.at_, b.at_) ? b : a;
  }

 private:
  enum class Kind : std::uint8_t { never, immediately, at };
  constexpr Deadline() = default;
  constexpr Deadline(Kind kind, Instant t) : kind_(kind), at_(t) {}

  Kind kind_ = Kind::never;
  Instant at_{};
};

}  // namespace whit
