// Why a link or an attempt ended, and what is to be done about it.
#pragma once

#include <cstdint>

#include "whit/error.hpp"

namespace whit {

/// Why there is no link (any more).
struct Cause {
  Error error = Error::none;        ///< none if the peer closed.
  std::uint16_t http_status = 0;    ///< As in the error event.
  std::uint16_t close_code = 0;     ///< As in the close event: the peer's, 1005 or 1006.
  bool opened = false;              ///< There was a link.
  std::uint32_t retry_after_s = 0;  ///< What the server asked for (RFC 9110 10.2.3), in seconds; 0 if nothing.
};

/// What to do after a Cause.
struct Verdict {
  enum class Action : std::uint8_t {
    retry,            ///< Try again.
    ask_credentials,  ///< Try again if the application has new credentials, else stop.
    stop,             ///< Trying again cannot help.
  };
  Action action = Action::retry;
  bool next_url = false;        ///< Go on to the next URL of the list.
  std::uint32_t least_ms = 0;   ///< At least so long, whatever the backoff says.
  std::uint32_t spread_ms = 0;  ///< A random part of this comes on top, in place of the backoff; 0: the backoff.
};

/// The policy unless the application has one of its own. In short: what time may mend is tried again with growing
/// delays; what somebody has to mend is tried again rarely; what only this device's configuration can mend stops.
///
/// | cause | verdict |
/// |---|---|
/// | no trust anchor | stop |
/// | certificate not trusted, expired, wrong host, pin... | after 5 minutes at least |
/// | clock not set yet | after 10 s at least |
/// | 401, 403, 407; close 3000, 3003 | new credentials, or stop |
/// | any other status below 500 (404, 410, 200, 3xx that is not followed) | after 5 minutes at least |
/// | a wrong subprotocol, or none though one is required | after 5 minutes at least |
/// | 429, 503 | Retry-After, 30 s at least |
/// | the proxy wants other credentials | after 5 minutes at least |
/// | no randomness | after a minute at least |
/// | close 1008 | after 5 minutes at least |
/// | close 1012 | 5 to 30 s, at random (IANA registry) |
/// | close 1013 | the next URL, after a minute at least |
/// | close 1002, 1003, 1007, 1009, 1010 | after a minute at least |
/// | everything else (5xx, the network, timeouts, breaches of the protocol, other close codes) | the backoff |
Verdict default_policy(const Cause& cause);

}  // namespace whit
