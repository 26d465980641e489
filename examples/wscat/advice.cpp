#include "wscat/advice.hpp"

namespace wscat {

using whit::Error;

namespace {

std::string_view about_status(unsigned status) {
  switch (status) {
    case 200: return "there is a page at this path, but no WebSocket: check the path of the URL";
    case 400: return "the server does not accept the request: check the URL, --header and --subprotocol";
    case 401: return "give credentials with --user, --bearer or --header";
    case 403: return "the server may want other credentials, or an --origin that it knows";
    case 404: return "check the path of the URL";
    case 407: return "give the proxy's credentials: --proxy http://USER:PASSWORD@HOST";
    case 410: return "this path is gone for good: ask for the new one";
    case 426: return "the server wants another version of the protocol, or no WebSocket at this path";
    case 429: return "the server is busy: try again later";
    case 500: return "the server failed: its log tells why";
    case 502:
    case 504: return "the server behind this one does not answer: check that it runs";
    case 503: return "the server is busy: try again later";
    default: return {};
  }
}

}  // namespace

std::string_view sentence(Error error) {
  switch (error) {
    case Error::connect_timeout: return "The link did not open in time.";
    case Error::handshake_timeout: return "The server did not answer the opening handshake in time.";
    case Error::pong_timeout: return "Nothing came back after a ping: the link is dead.";
    case Error::send_timeout:
      return "Nothing could be sent for too long: the server does not read, or the link is dead.";
    case Error::close_timeout: return "The server did not answer our Close in time.";
    case Error::head_too_large: return "The head of the server's answer is too large.";
    case Error::message_too_big: return "The message is larger than the limit.";
    case Error::tls_out_of_arena: return "TLS takes more memory than it was given.";
    case Error::tls_record_too_large: return "The server sent a larger TLS record than fits.";
    case Error::aborted: return "It was interrupted before the link was open.";
    default: return describe(error);
  }
}

std::string_view advice(Error error, unsigned status, bool follows) {
  switch (error) {
    case Error::connect_timeout:
    case Error::handshake_timeout: return "check the address, or give it more time with --timeout";
    case Error::pong_timeout: return "check the network, or give it more time with --pong-timeout";
    case Error::close_timeout: return "give it more time with --close-timeout";
    case Error::message_too_big: return "raise --max-message, or use --skip-oversize";
    case Error::proxy_auth_required: return about_status(407);
    case Error::tls_untrusted: return "give the authority's certificate with --ca";
    case Error::bad_status: break;
    default: return {};
  }
  if (status / 100 != 3) return about_status(status);
  if (!follows) return "--redirects N follows the location below";
  return "it goes round in a circle, from wss to ws, or further than --redirects allows: check the location below";
}

}  // namespace wscat
