#include "wscat/sender.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "wscat/text.hpp"

namespace wscat {

using whit::MessageType;
using whit::Status;

namespace {
constexpr std::size_t kPiece = 64 * 1024;
}

Sender::Sender(whit::WebSocket& socket, Progress& progress) : socket_(socket), progress_(progress), piece_(kPiece) {}

bool Sender::run() {
  while (!items_.empty() && (begun_ || socket_.ready_state() == whit::ReadyState::open)) {
    const Status status = send_front();
    if (status == Status::would_block) return true;
    if (status != Status::ok && status != Status::closed) {
      if (problem_.empty()) problem_ = describe(status);
      if (problem_name_.empty()) problem_name_ = to_string(status);
      items_.clear();
      return false;
    }
    close_file();
    items_.pop_front();
    begun_ = false;
    ++messages_;
  }
  return true;
}

void Sender::start_over() {
  spent_ = spent_ || (begun_ && !sized_);
  close_file();
  rest_ = {};
  begun_ = false;
}

Status Sender::send_front() {
  const Item& item = items_.front();
  if (!item.binary && item.value.size() <= socket_.max_message()) {
    const Status status = socket_.send(std::string_view(item.value));
    if (status == Status::ok) bytes_ += item.value.size();
    return status;
  }
  const Status status = begun_ ? Status::ok : begin();
  return status == Status::ok ? go_on() : status;
}

// What is larger than the ring still becomes one single frame where its size is known, and fragments where not.
Status Sender::begin() {
  const Item& item = items_.front();
  if (!item.binary) {
    // Checked as a whole: a frame that is half sent could not be ended any more.
    if (!is_utf8(item.value)) return Status::bad_utf8;
    rest_ = whit::as_bytes(item.value);
    size_ = rest_.size();
    sized_ = true;
  } else if (fd_ < 0) {
    const Status opened = open_file();
    if (opened != Status::ok) return opened;
  }
  const MessageType type = item.binary ? MessageType::binary : MessageType::text;
  const Status status = sized_ ? socket_.begin(type, static_cast<std::size_t>(size_)) : socket_.begin(type);
  begun_ = status == Status::ok;
  done_ = 0;
  return status;
}

Status Sender::go_on() {
  for (;;) {
    Status status = rest_.empty() && unread_ != 0 ? read_file() : Status::ok;
    if (status != Status::ok) return status;
    if (rest_.empty()) return socket_.end();
    std::size_t taken = 0;
    status = socket_.write(rest_, taken);
    if (status != Status::ok) return status;
    rest_ = rest_.drop(taken);
    bytes_ += taken;
    done_ += taken;
    progress_.show(Progress::sent, done_, sized_ ? size_ : Progress::kUnknown);
  }
}

Status Sender::open_file() {
  const std::string& name = items_.front().value;
  struct stat info {};
  if (spent_) return unreadable("a part of it went to a link that is gone");
  // A pipe that nobody writes to yet must not keep the link waiting.
  fd_ = open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd_ < 0 || fstat(fd_, &info) != 0) return unreadable(std::strerror(errno));
  if (S_ISDIR(info.st_mode)) return unreadable("it is a directory");
  sized_ = S_ISREG(info.st_mode);
  size_ = unread_ = sized_ ? static_cast<std::uint64_t>(info.st_size) : Progress::kUnknown;
  rest_ = {};
  return Status::ok;
}

Status Sender::read_file() {
  // Without a writer a named pipe has nothing to read, but reading it would look like its end.
  pollfd fd = {fd_, POLLIN, 0};
  waits_ = !sized_ && poll(&fd, 1, 0) == 0;
  if (waits_) return Status::would_block;
  const ssize_t n =
      read(fd_, piece_.data(), unread_ < piece_.size() ? static_cast<std::size_t>(unread_) : piece_.size());
  waits_ = n < 0 && (errno == EINTR || errno == EAGAIN);
  if (waits_) return Status::would_block;
  if (n < 0) return unreadable(std::strerror(errno));
  if (n == 0 && sized_) return unreadable("it has become shorter");
  unread_ = n == 0 ? 0 : sized_ ? unread_ - static_cast<std::uint64_t>(n) : unread_;
  rest_ = {piece_.data(), static_cast<std::size_t>(n)};
  return Status::ok;
}

Status Sender::unreadable(const std::string& why) {
  problem_name_ = "unreadable_file";
  problem_ = "cannot send " + items_.front().value + ": " + why;
  return Status::invalid_state;
}

void Sender::close_file() {
  progress_.end(Progress::sent);
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
  unread_ = 0;
  waits_ = false;
}

}  // namespace wscat
