// Lines of standard input.
#pragma once

#include <string>

#include "wscat/sender.hpp"

namespace wscat {

class Input {
 public:
  [[nodiscard]] bool ended() const { return ended_; }
  /// Reads what is there, once it is known to be readable, and hands whole lines to the sender. Standard input stays a
  /// blocking descriptor: whoever else shares the terminal would be surprised otherwise.
  void read(Sender& sender);

 private:
  std::string line_;
  bool ended_ = false;
};

}  // namespace wscat
