#include "wscat/input.hpp"

#include <unistd.h>

#include <cerrno>

namespace wscat {

void Input::read(Sender& sender) {
  char buffer[64 * 1024];
  const ssize_t n = ::read(STDIN_FILENO, buffer, sizeof buffer);
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (n <= 0) {
    ended_ = true;
    if (!line_.empty()) sender.add({false, std::move(line_)});
    return;
  }
  std::string_view rest(buffer, static_cast<std::size_t>(n));
  for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    line_ += rest.substr(0, end);
    sender.add({false, std::move(line_)});
    line_.clear();
    rest.remove_prefix(end + 1);
  }
  line_ += rest;
}

}  // namespace wscat
