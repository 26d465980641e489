// The fields that the client knows by name: those that it reads, and those that a caller may not add.
#pragma once

#include <cstddef>
#include <string_view>

namespace whit::detail {

/// What find_field() returns: the place in one list of names, and kSecWebSocket more behind that prefix. So "Accept" is
/// one field and "Sec-WebSocket-Accept" is another.
enum Field : unsigned {
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

// Names that stand in the texts of names.cpp: they take no room of their own.
inline constexpr char kNames[] =
    "upgrade,connection,accept,protocol,,extensions,host,content-length,transfer-encoding,expect,origin,cookie,"
    "authorization";
inline constexpr char kPrefix[] = "sec-websocket-";
inline constexpr std::string_view kUpgradeName(kNames, 7), kWebSocketName(kPrefix + 4, 9);

/// The Field of a name, whatever its case.
[[nodiscard]] unsigned find_field(const char* name, std::size_t size);

}  // namespace whit::detail
