// What belongs to one link and must not outlive it.
#pragma once

#include <cstdint>

#include "whit/detail/frame.hpp"
#include "whit/detail/handshake.hpp"
#include "whit/error.hpp"
#include "whit/event.hpp"
#include "whit/limits.hpp"
#include "whit/options.hpp"
#include "whit/time.hpp"
#include "whit/transport.hpp"

namespace whit::detail {

//            connect()          up             101            close(), peer's Close, fail()
//   idle ──────────> connecting ──> handshaking ──> open ───────────┬───────────────┐
//    ^                   │              │            │              v               v
//    │                   │ failed       │ failed     │ lost      closing ──────> draining
//    │                   v              v            v        (their Close     (TCP's end
//    └─ close event ── ended <──────────┴────────────┴────────── is due) ───────  is due)
enum class Phase : std::uint8_t { idle, connecting, handshaking, open, closing, draining, ended };
enum class Sending : std::uint8_t { none, fragments, sized };  // the message that the application writes

/// Control frames that wait for their place in the ring, as bits.
enum Pending : std::uint8_t { kPongWaits = 1, kPingWaits = 2, kCloseWaits = 4 };

/// What has begun, as bits.
enum Begun : std::uint8_t { kPhaseBegun = 1, kAnythingElse = 2 };

/// All zeros is a link that does not exist yet, and so every link begins: with one memset, nothing can be left of the
/// one before. The small members come first, because a Cortex-M reaches them with shorter instructions there.
struct LinkState {
  // These four are looked at together: open and three times nothing is the calm that most polls find.
  Phase phase_;
  std::uint8_t pending_;  // of Pending
  std::uint8_t arm_;      // of Begun: between two polls; the next one, which knows the time, sets its clock
  bool refused_;          // a message found no room: the loop is to come round once there is some
  bool blocked_;          // the transport has not taken all it was offered
  Link link_;
  Error error_;
  Error due_;  // what it means if deadline_ passes: none if there is no deadline, pong_timeout also for our next ping
  Progress read_;      // of the handshake
  bool accepted_;      // the server role
  bool closed_;        // the first of the final events is out
  bool close_placed_;  // our Close is in the ring, or sent
  bool fin_;           // we have ended our direction of the transport
  bool awaiting_pong_;
  bool stamp_ping_;  // the next poll notes when the ping was sent
  Sending sending_;
  MessageType send_type_;
  bool send_first_;  // the next fragment is the message's first
  std::uint8_t control_size_;
  std::uint8_t reason_size_;  // of the peer's Close
  std::uint16_t close_code_;  // received, 1005 for an empty Close; 0: none

  // Received bytes, in the transport's memory: [in_, in_end_) are still to be parsed; all of [in_base_, in_end_) is
  // consumed at once when they are.
  std::uint8_t* in_base_;
  std::uint8_t* in_;
  std::uint8_t* in_end_;

  const LinkOptions* options_;
  std::size_t max_message_;  // of the options and of Messages, the smaller
  AnyHandshake* handshake_;  // until open; then the ring holds frames
  MaskFunction unmask_;      // null for a client

  Instant deadline_;  // the soonest one, if due_ says of what
  Instant begun_;     // connect() or accept()
  Instant phase_begun_;
  Instant last_rx_;
  Instant blocked_since_;
  Instant alive_;      // the last sign of life; or, if it is later, the oldest ping without an answer
  Instant ping_sent_;  // the newest ping

  std::string_view url_;
  std::string_view protocol_;

  [[nodiscard]] bool server() const { return kServerRole && accepted_; }
};

}  // namespace whit::detail
