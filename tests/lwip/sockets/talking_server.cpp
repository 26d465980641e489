#include "talking_server.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "far_end.hpp"
#include "posix/clock.hpp"
#include "posix/wait.hpp"

namespace whit::sockets_test {
namespace {

constexpr std::uint32_t kLookUpMs = 20;  // how long stop_ may stay unseen

}  // namespace

TalkingServer::TalkingServer()
    : tcp_(MutBytes(rx_)), socket_(tcp_, entropy_.entropy(), MutBytes(ring_)), handshake_(MutBytes(head_), options_) {
  start_lwip();
  EXPECT_EQ(listener_.listen("127.0.0.1", 0), Status::ok);
  port_ = listener_.port();
  thread_ = std::thread([this] { run(); });
}

TalkingServer::~TalkingServer() {
  stop_ = true;
  thread_.join();
}

void TalkingServer::run() {
  while (!stop_) {
    if (tcp_.poll(posix::now()) == Link::idle) meet();
    for (Event event; socket_.poll(posix::now(), event);) {
      if (event.type == Event::Type::chunk) take(event.chunk);
      if (event.type == Event::Type::close) tcp_.close(How::abort);
    }
    flood();
    tcp_.wait(Deadline::earlier(socket_.next_deadline(), Deadline::at(posix::now() + kLookUpMs)));
  }
}

void TalkingServer::meet() {
  pollfd fds[1] = {{listener_.fd(), POLLIN, 0}};
  posix::wait(fds, Deadline::at(posix::now() + kLookUpMs));
  fd_ = listener_.accept();
  if (fd_ < 0) return;
  tcp_.adopt(fd_);
  right_ = 0;
  flooded_ = kFlood;
  EXPECT_EQ(socket_.accept(handshake_, posix::now()), Status::ok);
}

void TalkingServer::take(const Chunk& chunk) {
  if (chunk.type == MessageType::text) return obey(as_text(chunk.data));
  for (std::size_t i = 0; i < chunk.data.size(); ++i) right_ += chunk.data[i] == pattern(chunk.offset + i) ? 1 : 0;
  if (!chunk.last) return;
  EXPECT_EQ(socket_.send(std::to_string(right_)), Status::ok);
}

void TalkingServer::obey(std::string_view text) {
  if (text == "half") return tcp_.close(How::graceful);
  if (text == "reset") return LwipCalls::reset(fd_);
  if (text != "flood") {
    EXPECT_EQ(socket_.send(text), Status::ok);
    return;
  }
  flooded_ = 0;
  EXPECT_EQ(socket_.begin(MessageType::binary, kFlood), Status::ok);
}

void TalkingServer::flood() {
  if (flooded_ == kFlood) return;
  while (flooded_ < kFlood) {
    std::uint8_t part[500];
    const std::size_t size = std::min(sizeof part, kFlood - flooded_);
    for (std::size_t i = 0; i < size; ++i) part[i] = pattern(flooded_ + i);
    std::size_t taken = 0;
    if (socket_.write(Bytes(part, size), taken) != Status::ok) return;
    flooded_ += taken;
  }
  EXPECT_EQ(socket_.end(), Status::ok);
}

}  // namespace whit::sockets_test
