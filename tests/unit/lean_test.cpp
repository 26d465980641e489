// The small client: URLs that the compiler parses, and options that bring their code along.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <type_traits>

#include "handshake/accept.hpp"
#include "support/collector.hpp"
#include "support/entropy.hpp"
#include "support/memory_link.hpp"
#include "whit/detail/client_handshake.hpp"
#include "whit/url_literal.hpp"
#include "whit/websocket.hpp"

namespace whit {
namespace {

using namespace literals;
using detail::ClientHandshake;
using detail::Progress;

constexpr std::uint8_t kKey[16] = {};

// URI-01, URI-03, URI-08, REQ-02: all of it is known before the program runs.
constexpr Url kPlain = "ws://device.example/telemetry?id=7"_url;
static_assert(kPlain.host == "device.example" && kPlain.port == 80 && !kPlain.secure && !kPlain.ipv6);
static_assert(kPlain.text == "ws://device.example/telemetry?id=7" && kPlain.path == "/telemetry" &&
              kPlain.query == "id=7");
static_assert(kPlain.shown.host == "device.example" && kPlain.shown.port.empty());
static_assert(kPlain.shown.target == "/telemetry?id=7");
constexpr Url kSecure = "WSS://[2001:db8::1]:0844?"_url;
static_assert(kSecure.host == "2001:db8::1" && kSecure.port == 844 && kSecure.secure && kSecure.ipv6);
static_assert(kSecure.shown.host == "[2001:db8::1]" && kSecure.shown.port == "844" && kSecure.shown.target.empty());

// Options that have more to say are not taken for those that have less.
static_assert(!std::is_constructible_v<ConnectOptions, const SubprotocolOptions&>);
static_assert(!std::is_constructible_v<ConnectOptions, const ClientOptions&>);
static_assert(!std::is_constructible_v<SubprotocolOptions, const ClientOptions&>);
static_assert(!std::is_assignable_v<ConnectOptions&, const ClientOptions&>);
static_assert(!std::is_assignable_v<SubprotocolOptions&, const ClientOptions&>);
static_assert(std::is_copy_constructible_v<ConnectOptions> && std::is_copy_assignable_v<SubprotocolOptions> &&
              std::is_copy_constructible_v<ClientOptions>);

std::string request(const Url& url, const ConnectOptions& options) {
  ClientHandshake handshake(url, options, Bytes(kKey));
  std::array<std::uint8_t, 1024> room{};
  const std::size_t n = handshake.write(MutBytes(room));
  EXPECT_TRUE(handshake.written());
  return std::string(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(n));
}

Error answered(const ConnectOptions& options, const std::string& further, std::string& protocol) {
  ClientHandshake handshake(kPlain, options, Bytes(kKey));
  char accept[detail::kAcceptSize];
  detail::make_accept("AAAAAAAAAAAAAAAAAAAAAA==", accept);
  const std::string head = "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
                           std::string(accept, sizeof accept) + "\r\n" + further + "\r\n";
  std::array<std::uint8_t, 125> line{};
  std::size_t used = 0;
  const Progress progress = handshake.read(as_bytes(head), MutBytes(line), used);
  EXPECT_EQ(progress == Progress::failed, handshake.error() != Error::none);
  protocol = std::string(handshake.protocol());
  return handshake.error();
}

// The same parser for both: what it says is the same.
TEST(UrlLiteral, IsWhatParseUrlSays) {
  constexpr Url kUrls[] = {"ws://h"_url, "wss://h/"_url, "http://h:8080?x"_url, "ws://1.2.3.4/p?"_url, kPlain, kSecure};
  for (const Url& expected : kUrls) {
    Url url;
    ASSERT_EQ(parse_url(expected.text, url), UrlError::none) << expected.text;
    for (const auto part : {&Url::text, &Url::host, &Url::path, &Url::query}) EXPECT_EQ(url.*part, expected.*part);
    EXPECT_EQ(url.port, expected.port);
    EXPECT_EQ(url.secure, expected.secure);
    EXPECT_EQ(url.ipv6, expected.ipv6);
    EXPECT_EQ(request(url, ConnectOptions()), request(expected, ConnectOptions()));
  }
}

// A wrong one that the compiler did not see (it would not have compiled as a constant) opens nothing.
TEST(UrlLiteral, WrongOneIsRefused) {
  const Url wrong = "ws://device.example:99999/"_url;
  EXPECT_TRUE(wrong.host.empty());
  test::MemoryLink link;
  test::TestEntropy entropy;
  std::array<std::uint8_t, 512> ring{};
  WebSocket socket(link, entropy.entropy(), MutBytes(ring));
  const ConnectOptions options;
  EXPECT_EQ(socket.connect(wrong, options, Instant{}), Status::bad_url);
  EXPECT_EQ(socket.connect(kSecure, options, Instant{}), Status::wrong_transport);
  EXPECT_EQ(socket.ready_state(), ReadyState::closed);
  ASSERT_EQ(socket.connect(kPlain, options, Instant{}), Status::ok);
  EXPECT_EQ(socket.url(), kPlain.text);
  EXPECT_EQ(socket.ready_state(), ReadyState::connecting);
  EXPECT_EQ(socket.connect(kPlain, options, Instant{}), Status::invalid_state);
}

// REQ-01, REQ-02: no more than the RFC asks for.
TEST(LeanOptions, Requests) {
  const std::string plain =
      "GET /telemetry?id=7 HTTP/1.1\r\nHost: device.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
  EXPECT_EQ(request(kPlain, ConnectOptions()), plain + "\r\n");
  EXPECT_EQ(request(kPlain, SubprotocolOptions()), plain + "\r\n");
  EXPECT_EQ(request(kPlain, ClientOptions()), plain + "\r\n");
  const std::string_view names[] = {"b", "a"};
  SubprotocolOptions options;
  options.subprotocols = Span<const std::string_view>(names);
  EXPECT_EQ(request(kPlain, options), plain + "Sec-WebSocket-Protocol: b, a\r\n\r\n");
  EXPECT_NE(request(kSecure, options).find("GET / HTTP/1.1\r\nHost: [2001:db8::1]:844\r\n"), std::string::npos);
}

// NEG-01, NEG-02, NEG-03, NEG-05: who offered nothing takes nothing; who offered takes one of those.
TEST(LeanOptions, Subprotocols) {
  std::string protocol;
  const std::string a = "Sec-WebSocket-Protocol: a\r\n";
  EXPECT_EQ(answered(ConnectOptions(), "", protocol), Error::none);
  EXPECT_EQ(answered(ConnectOptions(), a, protocol), Error::bad_subprotocol);
  EXPECT_EQ(answered(SubprotocolOptions(), a, protocol), Error::bad_subprotocol);
  const std::string_view names[] = {"b", "a"}, twice[] = {"a", "A"};
  SubprotocolOptions options;
  options.subprotocols = Span<const std::string_view>(names);
  EXPECT_EQ(answered(options, a, protocol), Error::none);
  EXPECT_EQ(protocol, "a");
  EXPECT_EQ(answered(options, "", protocol), Error::none);
  options.require_subprotocol = true;
  EXPECT_EQ(answered(options, "", protocol), Error::missing_subprotocol);
  EXPECT_EQ(ClientHandshake::check(options), Status::ok);
  options.subprotocols = Span<const std::string_view>(twice);
  EXPECT_EQ(ClientHandshake::check(options), Status::bad_subprotocol);
  EXPECT_EQ(ClientHandshake::check(ConnectOptions()), Status::ok);
}

}  // namespace
}  // namespace whit
