// The fields of the response that the client knows by name.
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
  kSecWebSocket = 16,
};

// Names that stand in the texts of names.cpp: they take no room of their own.
inline constexpr char kNames[] = "upgrade,connection,accept,protocol,,extensions";
inline constexpr char kPrefix[] = "sec-websocket-";
inline constexpr std::string_view kUpgradeName(kNames, 7), kWebSocketName(kPrefix + 4, 9);

/// The Field of a name, whatever its case.
[[nodiscard]] unsigned find_field(const char* name, std::size_t size);

}  // namespace whit::detail
