// The C interface: the C++ objects in the caller's storage.
#include <new>

#include "whit/messages.hpp"
#include "whit/refusal.hpp"
#include "whit/session.hpp"
#include "whit/whit.h"

namespace whit {
namespace {

constexpr std::size_t kMostSubprotocols = 8;
constexpr std::size_t kMostHeaders = 8;

std::string_view text(const char* given) { return given != nullptr ? std::string_view(given) : std::string_view(); }
std::uint32_t either(std::uint32_t given, std::uint32_t otherwise) { return given != 0 ? given : otherwise; }
Transport& transport_of(whit_transport* opaque) { return *reinterpret_cast<Transport*>(opaque); }

// What a client consists of. Members refer to each other, so it stays where it was made.
struct Client {
  explicit Client(const whit_config& config)
      : given(config),
        refusal(MutBytes(config.refusal, config.refusal != nullptr ? config.refusal_size : 0)),
        socket(transport_of(config.transport), {&Client::fill, this}, MutBytes(config.ring, config.ring_size)),
        messages(socket, MutBytes(config.message, config.message_size)),
        session(socket, messages, {&Client::fill, this}, client_options(), session_options()) {}

  static bool fill(void* self, MutBytes out) {
    const whit_config& config = static_cast<Client*>(self)->given;
    return config.entropy(config.entropy_context, out.data(), out.size());
  }

  ClientOptions client_options() {
    ClientOptions options;
    const std::size_t protocols =
        given.subprotocol_count < kMostSubprotocols ? given.subprotocol_count : kMostSubprotocols;
    for (std::size_t i = 0; i < protocols; ++i) subprotocols[i] = text(given.subprotocols[i]);
    options.subprotocols = {subprotocols, protocols};
    const std::size_t fields = given.header_count < kMostHeaders ? given.header_count : kMostHeaders;
    for (std::size_t i = 0; i < fields; ++i) headers[i] = {text(given.headers[i].name), text(given.headers[i].value)};
    options.headers = {headers, fields};
    options.user = text(given.user);
    options.password = text(given.password);
    options.bearer = text(given.bearer);
    options.connect_timeout_ms = either(given.connect_timeout_ms, options.connect_timeout_ms);
    options.ping_interval_ms = either(given.ping_interval_ms, options.ping_interval_ms);
    options.pong_timeout_ms = either(given.pong_timeout_ms, options.pong_timeout_ms);
    if (given.refusal != nullptr) options.refusal = &refusal;
    return options;
  }

  SessionOptions session_options() {
    url = text(given.url);
    SessionOptions options;
    options.urls = {&url, 1};
    options.first_delay_ms = either(given.first_delay_ms, options.first_delay_ms);
    options.most_delay_ms = either(given.most_delay_ms, options.most_delay_ms);
    options.stable_after_ms = either(given.stable_after_ms, options.stable_after_ms);
    options.max_attempts = given.reconnect ? given.max_attempts : 1;
    // One link only: whatever its end, nothing follows.
    if (!given.reconnect) options.policy = [](const Cause&) { return Verdict{Verdict::Action::stop, false, 0, 0}; };
    return options;
  }

  const whit_config& given;
  std::string_view url;
  std::string_view subprotocols[kMostSubprotocols];
  Header headers[kMostHeaders];
  Refusal refusal;
  WebSocket socket;
  Messages messages;
  Session session;
};
static_assert(sizeof(Client) <= sizeof(whit_client) && alignof(Client) <= alignof(whit_client));

Client& of(whit_client* client) { return *std::launder(reinterpret_cast<Client*>(client->bytes)); }
const Client& of(const whit_client* client) { return *std::launder(reinterpret_cast<const Client*>(client->bytes)); }

constexpr bool same(Status ours, whit_status theirs) { return static_cast<int>(ours) == static_cast<int>(theirs); }
static_assert(same(Status::ok, WHIT_OK) && same(Status::would_block, WHIT_WOULD_BLOCK));
static_assert(same(Status::closed, WHIT_CLOSED) && same(Status::invalid_state, WHIT_INVALID_STATE));
static_assert(same(Status::message_too_big, WHIT_MESSAGE_TOO_BIG) && same(Status::bad_utf8, WHIT_BAD_UTF8));
static_assert(same(Status::control_too_long, WHIT_CONTROL_TOO_LONG));
static_assert(same(Status::bad_close_code, WHIT_BAD_CLOSE_CODE) && same(Status::size_mismatch, WHIT_SIZE_MISMATCH));
static_assert(same(Status::bad_url, WHIT_BAD_URL) && same(Status::wrong_transport, WHIT_WRONG_TRANSPORT));
static_assert(same(Status::bad_subprotocol, WHIT_BAD_SUBPROTOCOL) && same(Status::bad_header, WHIT_BAD_HEADER));
static_assert(same(Status::bad_origin, WHIT_BAD_ORIGIN) && same(Status::bad_credentials, WHIT_BAD_CREDENTIALS));
static_assert(same(Status::ring_too_small, WHIT_RING_TOO_SMALL) &&
              same(Status::transport_failed, WHIT_TRANSPORT_FAILED));

void translate(const Event& from, whit_event& to) {
  constexpr whit_event_type kTypes[] = {WHIT_OPEN,  WHIT_BINARY, WHIT_BINARY, WHIT_BINARY, WHIT_PONG,
                                        WHIT_ERROR, WHIT_CLOSE,  WHIT_RETRY,  WHIT_STOPPED};
  to = {};
  to.type = kTypes[static_cast<unsigned>(from.type)];
  using Type = Event::Type;
  if (from.type == Type::message) {
    if (from.message.type == MessageType::text) to.type = WHIT_TEXT;
    to.data = from.message.data.data();
    to.size = from.message.data.size();
  }
  if (from.type == Type::pong) to.rtt_ms = from.rtt_ms;
  const bool has_cause = from.type == Type::error || from.type == Type::retry || from.type == Type::stopped;
  if (has_cause) {
    to.error = static_cast<std::uint8_t>(from.error);
    to.http_status = from.http_status;
  }
  if (from.type == Type::close || from.type == Type::retry || from.type == Type::stopped)
    to.close_code = from.close.code;
  if (from.type == Type::close) {
    to.was_clean = from.close.was_clean;
    to.data = reinterpret_cast<const std::uint8_t*>(from.close.reason.data());
    to.size = from.close.reason.size();
  }
  if (from.type == Type::retry) {
    to.attempt = from.retry.attempt;
    to.delay_ms = from.retry.delay_ms;
  }
}

}  // namespace
}  // namespace whit

using namespace whit;

void whit_init(whit_client* client, const whit_config* config) { new (client->bytes) Client(*config); }

int whit_start(whit_client* client, std::uint32_t now_ms) {
  const whit_config& given = of(client).given;
  if (given.subprotocol_count > kMostSubprotocols) return static_cast<int>(Status::bad_subprotocol);
  if (given.header_count > kMostHeaders) return static_cast<int>(Status::bad_header);
  return static_cast<int>(of(client).session.start({now_ms}));
}

int whit_stop(whit_client* client, std::uint16_t code, const char* reason) {
  return static_cast<int>(of(client).session.stop(code, text(reason)));
}

bool whit_poll(whit_client* client, std::uint32_t now_ms, whit_event* event) {
  Event inner;
  if (!of(client).session.poll({now_ms}, inner)) return false;
  translate(inner, *event);
  return true;
}

std::uint32_t whit_sleep_ms(const whit_client* client, std::uint32_t now_ms) {
  return of(client).session.next_deadline().ms_left({now_ms});
}

int whit_send_text(whit_client* client, const char* data, std::size_t size) {
  return static_cast<int>(of(client).session.send(std::string_view(data, size)));
}

int whit_send_binary(whit_client* client, const void* data, std::size_t size) {
  return static_cast<int>(of(client).session.send(Bytes(static_cast<const std::uint8_t*>(data), size)));
}

int whit_ping(whit_client* client) { return static_cast<int>(of(client).socket.ping()); }
bool whit_is_open(const whit_client* client) { return of(client).socket.ready_state() == ReadyState::open; }
std::size_t whit_buffered_amount(const whit_client* client) { return of(client).socket.buffered_amount(); }

const char* whit_protocol(const whit_client* client, std::size_t* size) {
  const std::string_view protocol = of(client).socket.protocol();
  *size = protocol.size();
  return protocol.data();
}
