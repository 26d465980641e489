#include "wscat/sender.hpp"

#include <fcntl.h>
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

// What is larger than the ring still becomes one single frame, as its size is known.
Status Sender::begin() {
  const Item& item = items_.front();
  if (!item.binary) {
    // Checked as a whole: a frame that is half sent could not be ended any more.
    if (!is_utf8(item.value)) return Status::bad_utf8;
    rest_ = whit::as_bytes(item.value);
    size_ = rest_.size();
  } else if (fd_ < 0 && !open_file()) {
    return Status::invalid_state;
  }
  const MessageType type = item.binary ? MessageType::binary : MessageType::text;
  const Status status = socket_.begin(type, static_cast<std::size_t>(size_));
  begun_ = status == Status::ok;
  return status;
}

Status Sender::go_on() {
  for (;;) {
    if (rest_.empty() && unread_ != 0 && !read_file()) return Status::invalid_state;
    if (rest_.empty()) return socket_.end();
    std::size_t taken = 0;
    const Status status = socket_.write(rest_, taken);
    if (status != Status::ok) return status;
    rest_ = rest_.drop(taken);
    bytes_ += taken;
    progress_.show(Progress::sent, size_ - unread_ - rest_.size(), size_);
  }
}

bool Sender::open_file() {
  const std::string& name = items_.front().value;
  struct stat info {};
  fd_ = open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd_ < 0 || fstat(fd_, &info) != 0 || !S_ISREG(info.st_mode)) {
    problem_name_ = "unreadable_file";
    problem_ = "cannot send " + name + ": " + (fd_ < 0 ? std::strerror(errno) : "not a regular file");
    return false;
  }
  size_ = unread_ = static_cast<std::uint64_t>(info.st_size);
  rest_ = {};
  return true;
}

bool Sender::read_file() {
  const ssize_t n =
      read(fd_, piece_.data(), unread_ < piece_.size() ? static_cast<std::size_t>(unread_) : piece_.size());
  if (n <= 0) {
    problem_name_ = "unreadable_file";
    problem_ = "cannot read on in " + items_.front().value + ": it may have become shorter";
    return false;
  }
  unread_ -= static_cast<std::uint64_t>(n);
  rest_ = {piece_.data(), static_cast<std::size_t>(n)};
  return true;
}

void Sender::close_file() {
  progress_.end(Progress::sent);
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
  unread_ = 0;
}

}  // namespace wscat
