// A name service whose answers and moods the test decides.
#pragma once

#include <initializer_list>
#include <string>

#include "posix/resolver.hpp"

namespace whit::conformance {

inline posix::Address address_of(const char* literal, std::uint16_t port) {
  posix::Address address{};
  (void)posix::parse_literal(literal, port, address);
  return address;
}

class ScriptedResolver final : public posix::Resolver {
 public:
  static constexpr int kNever = -1;

  posix::AddressList answer;  ///< Their ports are kept as they are.
  posix::AddressList first;   ///< What is known early; empty: nothing.
  Error failure = Error::none;
  Error refusal = Error::none;  ///< start() fails for good.
  int busy = 0;                 ///< So many start() find no room.
  int looks = 0;                ///< So many result() say "not yet"; kNever: all.

  int starts = 0;
  int open = 0;  ///< Tickets that were not given back.
  std::string host;

  void set(std::initializer_list<posix::Address> addresses) {
    answer = {};
    for (const posix::Address& each : addresses) answer.add(each);
  }

  int start(std::string_view name, std::uint16_t, Error& error) override {
    error = refusal;
    if (refusal != Error::none) return kBusy;
    if (busy > 0) {
      --busy;
      return kBusy;
    }
    ++starts;
    ++open;
    host = name;
    return 7;
  }
  bool result(int, posix::AddressList& out, Error& error) override {
    if (looks == kNever) return false;
    if (looks > 0) {
      --looks;
      return false;
    }
    out = answer;
    error = failure;
    --open;
    return true;
  }
  bool early(int, posix::AddressList& out) override {
    if (first.count == 0) return false;
    out = first;
    first = {};
    return true;
  }
  void abandon(int) override { --open; }
  [[nodiscard]] int wake_fd(int) const override { return -1; }
};

}  // namespace whit::conformance
