// Sends messages of any size, one after the other, in constant memory.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "wscat/options.hpp"
#include "whit/websocket.hpp"

namespace wscat {

class Sender {
 public:
  explicit Sender(whit::WebSocket& socket) : socket_(socket), piece_(64 * 1024) {}
  ~Sender() { close_file(); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  void add(Item item) { items_.push_back(std::move(item)); }
  /// All was accepted by the socket.
  [[nodiscard]] bool done() const { return items_.empty(); }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }

  /// Sends what there is room for. False if something can never be sent; problem() tells what.
  bool run();
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  whit::Status begin();
  whit::Status go_on();
  bool open_file();
  bool refill();
  void close_file();

  whit::WebSocket& socket_;
  std::deque<Item> items_;
  std::vector<std::uint8_t> piece_;  // of a file
  whit::Bytes rest_;                 // of the piece, or of the text
  std::uint64_t size_ = 0;           // of the message
  std::uint64_t read_ = 0;           // of the file
  int fd_ = -1;
  bool begun_ = false;
  std::uint64_t messages_ = 0;
  std::string problem_;
};

}  // namespace wscat
