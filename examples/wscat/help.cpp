#include "wscat/options.hpp"

namespace wscat {

const char kHelp[] =
    R"(usage: wscat [options] URL

Opens a WebSocket, sends what it is given, and shows what comes back.

opening
  --subprotocol P            offer a subprotocol (repeatable, in order of preference)
  --header 'Name: value'     send a header (repeatable)
  --origin O                 send an Origin
  --user NAME:PASSWORD       Basic credentials
  --bearer TOKEN             a Bearer token
  --timeout MS               for connecting and the handshake (default 10000, 0: none)
  --proxy URL                go through an HTTP proxy: http://[USER:PASSWORD@]HOST[:PORT]
  --redirects N              follow up to N redirects in a row, to other origins without credentials (default 0)
  --reconnect                come back when the link is lost or cannot be opened, with growing random delays
  --max-attempts N           with --reconnect: give up after N failures in a row (default: never)

wss:// (TLS 1.2 and 1.3; the server is verified)
  --ca FILE                  trust this authority (PEM or DER) instead of the system's
  --cert FILE --key FILE     our certificate, with intermediate ones behind it, and its key
  --pin BASE64               one of the server's public keys must have this SHA-256 (repeatable)
  --psk IDENTITY:HEX         a pre-shared key
  --tls-min 1.2|1.3          the oldest version that is accepted (default 1.2)
  --insecure                 do not verify the server (pins still count)

sending
  --text MESSAGE             send a text message after open (repeatable)
  --binary FILE              send a file of any size as one binary message (repeatable, in order with --text);
                             a pipe is sent in fragments until it ends
  Then each line of standard input is sent as a text message.

receiving
  --json                     one JSON object a line for each event
  --max-message BYTES        the largest message to receive (default 1048576)
  --skip-oversize            let larger messages pass by and tell their size, instead of closing with 1009
  --ping-interval MS         ping after so long without receiving anything (default 30000, 0: never)
  --pong-timeout MS          give the link up when nothing follows a ping for so long (default 60000, 0: never)

closing
  --close-after N            close as soon as N messages were received
  --close-code C             the code to close with (1000 or 3000-4999; default 1000)
  --close-reason R           the reason to close with
  --close-timeout MS         wait for the server's answer (default 60000: a slow link may still carry what was sent)

  --help, --version

At the end of the input wscat closes once all is sent. As answers that come later would be lost, it first sends a ping,
waits for the pong (half a minute at most; --ping-interval 0 does without), and then for a moment without answers: a second,
or a quarter of one when as many messages have come as were sent, and a round trip more; a little more after large
messages; five seconds while --close-after is not reached; not at all if nothing was sent. An open input on which nothing
comes does not close. Ctrl-C closes too; a second one leaves without waiting for the server.

With --reconnect a run lasts until wscat closes by itself or gives up. A message that was half sent when a link was lost begins
anew on the next one; what the network had taken by then may be lost.

exit status: 0 closed cleanly with 1000, 1001 or no code; 1 never opened; 2 usage; 3 ended otherwise
)";

}  // namespace wscat
