// Why the last link died: small enough to survive a reset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "whit/bytes.hpp"
#include "whit/error.hpp"

namespace whit {

/// What became of a link or an attempt. It is plain data and may lie in memory that a reset leaves alone (.noinit, RTC
/// memory): is_valid() tells whether something meaningful is there.
struct DisconnectRecord {
  enum class By : std::uint8_t {
    nobody,  ///< The network, TLS or a deadline ended it.
    peer,    ///< The peer closed or refused.
    us,      ///< We closed, or found the peer in breach of the protocol.
  };

  static constexpr std::uint32_t kMostAge = 0xFFFFFFFF;

  std::uint32_t magic = 0;
  std::uint32_t check = 0;        ///< Over all that follows.
  std::uint32_t ended_at_s = 0;   ///< Seconds since 1970, lower 32 bits; 0 if the time of day was not known.
  std::uint32_t age_ms = 0;       ///< For how long the link was open; 0 if it never was. kMostAge stands for more, too.
  std::uint32_t attempts = 0;     ///< Its number; the last good link before it, or the first after start(), was 1.
  std::uint32_t last_rtt_ms = 0;  ///< Of the last pong; 0 if there was none.
  std::uint32_t bytes_in = 0;     ///< Payload of messages, modulo 2^32.
  std::uint32_t bytes_out = 0;    ///< Of those that Session::send(), or an Outbox under the Session, gave to the link.
  std::uint32_t messages_in = 0;
  std::uint32_t messages_out = 0;  ///< As bytes_out.
  Error error = Error::none;       ///< category() tells the layer.
  By by = By::nobody;
  std::uint8_t was_clean = 0;
  std::uint8_t opened = 0;
  std::uint16_t http_status = 0;
  std::uint16_t close_code = 0;

  /// Makes magic and check right.
  void seal();
  [[nodiscard]] bool is_valid() const;
};
static_assert(sizeof(DisconnectRecord) <= 64 && std::is_trivially_copyable_v<DisconnectRecord>);

/// A line for a person, into `out`; returns the text, cut if it does not fit (160 bytes are enough). Not linked unless
/// used.
std::string_view to_string(const DisconnectRecord& record, MutBytes out);

}  // namespace whit
