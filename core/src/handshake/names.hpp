// The fields that the client knows by name: those that it reads, and those that a caller may not add.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace whit::detail {

/// What find_field() returns: the place in one list of names, and kSecWebSocket more behind that prefix. So "Accept" is
/// one field and "Sec-WebSocket-Accept" is another.
enum Field : std::uint8_t {
  kUnknownField,
  kUpgrade,
  kConnection,
  kAccept,
  kProtocol,
  kNoName,  // an empty place, so that these six stand in the order of the errors from bad_upgrade on
  kExtensions,
  kHost,
  kContentLength,
  kTransferEncoding,
  kExpect,
  kOrigin,
  kCookie,
  kAuthorization,
  kSecWebSocket = 16,
};

// The names in the order of Field, and what may stand before them.
inline constexpr char kNames[] =
    "upgrade,connection,accept,protocol,,extensions,host,content-length,transfer-encoding,expect,origin,cookie,"
    "authorization";
inline constexpr char kPrefix[] = "sec-websocket-";
// Parts of these, so that they take no room of their own.
inline constexpr std::string_view kUpgradeName(kNames, 7), kWebSocketName(kPrefix + 4, 9);
static_assert(kUpgradeName == "upgrade" && kWebSocketName == "websocket");

/// The Field of a name, whatever its case.
[[nodiscard]] unsigned find_field(const char* name, std::size_t size);

}  // namespace whit::detail
