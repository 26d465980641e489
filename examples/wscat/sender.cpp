#include "wscat/sender.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "wscat/output.hpp"

namespace wscat {

using whit::MessageType;
using whit::Status;

bool Sender::run() {
  while (!items_.empty()) {
    const Item& item = items_.front();
    Status status = Status::ok;
    if (!item.binary && item.value.size() <= socket_.max_message()) {
      status = socket_.send(std::string_view(item.value));
    } else {
      if (!begun_) status = begin();
      if (status == Status::ok) status = go_on();
    }
    if (status == Status::would_block) return true;
    if (status != Status::ok && status != Status::closed) {
      if (problem_.empty()) problem_ = describe(status);
      return false;
    }
    close_file();
    items_.pop_front();
    begun_ = false;
    ++messages_;
  }
  return true;
}

Status Sender::begin() {
  const Item& item = items_.front();
  if (item.binary && fd_ < 0 && !open_file()) return Status::invalid_state;
  // A file becomes one frame of its size. Long text goes as fragments: should it turn out not to be UTF-8 there is no
  // frame to be finished before we can close.
  if (!item.binary) rest_ = whit::as_bytes(item.value);
  const Status status = item.binary ? socket_.begin(MessageType::binary, size_) : socket_.begin(MessageType::text);
  begun_ = status == Status::ok;
  return status;
}

Status Sender::go_on() {
  for (;;) {
    if (rest_.empty() && fd_ >= 0 && read_ < size_ && !refill()) return Status::invalid_state;
    if (rest_.empty()) return socket_.end();
    std::size_t taken = 0;
    const Status status = socket_.write(rest_, taken);
    if (status != Status::ok) return status;
    rest_ = rest_.drop(taken);
    if (fd_ >= 0) Output::progress(read_ - rest_.size(), size_);
  }
}

bool Sender::open_file() {
  const std::string& name = items_.front().value;
  struct stat info {};
  fd_ = open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd_ < 0 || fstat(fd_, &info) != 0 || !S_ISREG(info.st_mode)) {
    problem_ = "cannot send " + name + ": " + (fd_ < 0 ? std::strerror(errno) : "not a regular file");
    return false;
  }
  size_ = static_cast<std::uint64_t>(info.st_size);
  read_ = 0;
  rest_ = {};
  return true;
}

bool Sender::refill() {
  const std::uint64_t left = size_ - read_;
  const ssize_t n = read(fd_, piece_.data(), left < piece_.size() ? left : piece_.size());
  if (n <= 0) {
    problem_ = items_.front().value + " became shorter while it was sent";
    return false;
  }
  read_ += static_cast<std::uint64_t>(n);
  rest_ = {piece_.data(), static_cast<std::size_t>(n)};
  return true;
}

void Sender::close_file() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

}  // namespace wscat
