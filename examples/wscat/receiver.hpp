// Makes messages of chunks, as whit::Messages does, and shows how far a long one is.
#pragma once

#include <cstddef>

#include "whit/event.hpp"
#include "wscat/progress.hpp"

namespace wscat {

class Receiver {
 public:
  /// `buffer`: for a message that does not arrive in one piece. A larger one is skipped, if the link lets it come.
  Receiver(whit::MutBytes buffer, Progress& progress) : buffer_(buffer), progress_(progress) {}

  /// Takes a chunk event. True if the message is complete: the event then tells of it, or that it was skipped.
  bool take(whit::Event& event);
  /// The link is gone.
  void start_over() { progress_.end(Progress::received); }

 private:
  void keep(const whit::Chunk& chunk);
  void show(const whit::Chunk& chunk);

  whit::MutBytes buffer_;
  Progress& progress_;
  std::size_t size_ = 0;
  bool skipping_ = false;
};

}  // namespace wscat
