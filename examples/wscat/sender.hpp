// Sends messages of any size, one after the other, as fast as the link takes them.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "whit/websocket.hpp"
#include "wscat/options.hpp"
#include "wscat/progress.hpp"

namespace wscat {

class Sender {
 public:
  Sender(whit::WebSocket& socket, Progress& progress);
  ~Sender() { close_file(); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  void add(Item item) { items_.push_back(std::move(item)); }

  /// Sends what there is room for. While closing it only finishes the message in progress: the Close frame waits for
  /// that. False if something cannot be sent; problem() then tells what.
  bool run();

  /// The link is gone: the message in progress begins anew on the next one, but for what was read of a pipe.
  void start_over();

  /// All was accepted by the socket.
  [[nodiscard]] bool done() const { return items_.empty(); }
  /// A frame of announced size is half sent.
  [[nodiscard]] bool in_frame() const { return begun_ && sized_; }
  /// A descriptor to wait for until it is readable: of a pipe that has nothing now. -1 if there is none.
  [[nodiscard]] int waits_for() const { return waits_ ? fd_ : -1; }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] const std::string& problem_name() const { return problem_name_; }

 private:
  whit::Status send_front();
  whit::Status begin();
  whit::Status go_on();
  whit::Status open_file();
  whit::Status read_file();
  whit::Status unreadable(const std::string& why);
  void close_file();

  whit::WebSocket& socket_;
  Progress& progress_;
  std::deque<Item> items_;
  std::vector<std::uint8_t> piece_;  // of a file
  whit::Bytes rest_;                 // what is not written yet, of the piece or of the text
  std::uint64_t size_ = 0;           // of the message in progress
  std::uint64_t unread_ = 0;         // of the file; of a pipe it is not known, until it is 0 at its end
  std::uint64_t done_ = 0;           // of the message in progress
  int fd_ = -1;
  bool begun_ = false;
  bool sized_ = false;  // the size of the message in progress is known: it is one frame
  bool waits_ = false;  // a pipe has nothing to read
  bool spent_ = false;  // a pipe was read in part by a link that is gone
  std::uint64_t messages_ = 0;
  std::uint64_t bytes_ = 0;
  std::string problem_;
  std::string problem_name_;
};

}  // namespace wscat
