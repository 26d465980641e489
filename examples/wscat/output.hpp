// Events, for a person or as JSON lines.
#pragma once

#include <string>
#include <string_view>

#include "whit/refusal.hpp"
#include "whit/websocket.hpp"

namespace wscat {

class Output {
 public:
  Output(bool json, const whit::WebSocket& socket, const whit::Refusal& refusal)
      : json_(json), socket_(socket), refusal_(refusal) {}

  void show(const whit::Event& event);
  /// A link that could not even be started.
  void failed_to_start(whit::Status status);
  void close(const whit::CloseEvent& event);
  /// How far a long transfer is, on a terminal.
  static void progress(std::uint64_t done, std::uint64_t total);

 private:
  void open();
  void message(const whit::Message& message);
  void error(std::string_view name, std::string_view category, unsigned status, std::string_view text);

  bool json_;
  const whit::WebSocket& socket_;
  const whit::Refusal& refusal_;
};

/// Text as a JSON string, with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string json_string(std::string_view text);
std::string base64(whit::Bytes bytes);
/// Text for a terminal: control characters from the other side must not act on it.
std::string printable(std::string_view text);

}  // namespace wscat
