// Asking lwIP's DNS for one address of a name, without waiting.
#pragma once

#include <cstdint>
#include <string_view>

#include "lwip/dns.h"
#include "lwip/ip_addr.h"
#include "whit/error.hpp"
#include "whit/time.hpp"

namespace whit::lwip {

/// One question at a time. lwIP cannot be told to forget a question, so its answer carries a number, and an answer that
/// nobody waits for any more is dropped: the object may be gone by then. The caller holds the Lock.
class Lookup {
 public:
  enum class State : std::uint8_t { idle, waiting, found, failed };

  Lookup() = default;
  ~Lookup() { cancel(); }
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  /// Starts asking for an address of this type (IPADDR_TYPE_V4, IPADDR_TYPE_V6). An IPv4 or IPv6 literal (no brackets)
  /// is found at once, whatever its type. False: lwIP is out of memory or of table entries; again later.
  bool start(std::string_view name, u8_t type, Instant now);
  [[nodiscard]] State state() const { return state_; }
  /// The name was an address.
  [[nodiscard]] bool literal() const { return literal_; }
  /// The address that was found, until the next start().
  [[nodiscard]] const ip_addr_t& address() const { return address_; }
  /// When failed: name_not_found if a server answered so, name_lookup_failed if none answered or none is known.
  [[nodiscard]] Error error() const { return error_; }
  void cancel();

 private:
  bool ask(std::string_view name, u8_t type);
  static void on_found(const char* name, const ip_addr_t* address, void* number);
  void finish(const ip_addr_t* address);

  Lookup* next_ = nullptr;  // of those that wait
  std::uintptr_t number_ = 0;
  ip_addr_t address_{};
  Instant started_{};
  State state_ = State::idle;
  Error error_ = Error::none;
  bool literal_ = false;
};

}  // namespace whit::lwip
