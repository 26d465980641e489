// Owned copies of events, and the grammar they must keep to.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "whit/event.hpp"

namespace whit::test {

/// An event with everything it showed, kept beyond the next poll.
struct Record {
  Event::Type type = Event::Type::open;
  ReadyState state = ReadyState::connecting;  ///< ready_state() while it was handed out.
  Error error = Error::none;
  std::uint16_t http_status = 0;
  std::uint32_t rtt_ms = 0;
  std::string data;  ///< Of a chunk or message.
  std::uint64_t offset = 0;
  std::uint64_t total = 0;
  MessageType message_type = MessageType::binary;
  bool first = false;
  bool last = false;
  std::uint64_t skipped = 0;
  std::uint16_t code = 0;
  bool was_clean = false;
  std::string reason;
};

class Collector {
 public:
  void add(const Event& event, ReadyState state);
  /// Another link begins on the same socket.
  void restart();

  std::vector<Record> records;                                ///< Of this link.
  std::vector<std::pair<MessageType, std::string>> messages;  ///< The complete ones.
  std::string partial;                                        ///< Of the message that is not complete yet.
  std::vector<std::string> faults;                            ///< Breaches of the grammar.

  [[nodiscard]] std::size_t count(Event::Type type) const;
  [[nodiscard]] bool opened() const { return opened_; }
  [[nodiscard]] bool closed() const { return closed_; }
  /// Of the error event; none if there was none.
  [[nodiscard]] Error error() const;
  /// The close event; a default one if there was none.
  [[nodiscard]] Record close() const;
  /// One line for each event, the chunks of a message put together: equal for every way of cutting the input.
  [[nodiscard]] std::string trace() const;

 private:
  void add_chunk(const Chunk& chunk);
  void add_message(MessageType type, std::string data);
  void check_order(Event::Type type, ReadyState state);
  void fault(const char* what) { faults.emplace_back(what); }

  std::string trace_;
  bool opened_ = false;
  bool closed_ = false;
  std::string character_;  // of a text, begun and not complete
  bool in_message_ = false;
  std::uint64_t offset_ = 0;
  std::uint64_t total_ = 0;
  MessageType type_ = MessageType::binary;
};

/// "text 5 Hello": long data is shortened to its size and a checksum.
std::string summary(MessageType type, const std::string& data);

}  // namespace whit::test
