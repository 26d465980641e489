#include "echo_server/connection.hpp"

#include <cstdio>
#include <string>

#include "posix/entropy.hpp"

namespace echo_server {

using whit::Event;
using whit::Status;

Connection::Connection(const whit::ServerOptions& options)
    : tcp_(whit::MutBytes(rx_)),
      socket_(tcp_, whit::posix::entropy(), whit::MutBytes(ring_)),
      handshake_(whit::MutBytes(request_), options) {}

void Connection::start(int fd, whit::Instant now) {
  tcp_.adopt(fd);
  idle_ = echoing_ = begun_ = false;
  if (socket_.accept(handshake_, now) != Status::ok) {
    tcp_.close(whit::How::abort);
    idle_ = true;
  }
}

void Connection::run(whit::Instant now, bool quiet) {
  Event event;
  while (!idle_) {
    // Nothing is polled while a chunk waits to be echoed: that is the back-pressure, and keeps its view alive.
    if (echoing_ && !echo()) {
      if (!socket_.flush(now)) {
        echoing_ = false;  // the link is no longer usable; the next poll tells why
        continue;
      }
      if (!echo()) return;
    }
    if (!socket_.poll(now, event)) return;
    handle(event, quiet);
  }
}

// One single frame if the message came as one, fragments otherwise.
Status Connection::begin() {
  if (!chunk_.first || begun_) return Status::ok;
  const bool known = chunk_.total != whit::kUnknownSize && chunk_.total <= SIZE_MAX / 2;
  const Status status = known ? socket_.begin(chunk_.type, static_cast<std::size_t>(chunk_.total))
                              : socket_.begin(chunk_.type);
  begun_ = status == Status::ok;
  return status;
}

// True when all of the chunk was accepted, or the link takes no more messages.
bool Connection::echo() {
  Status status = begin();
  while (status == Status::ok && !chunk_.data.empty()) {
    std::size_t taken = 0;
    status = socket_.write(chunk_.data, taken);
    chunk_.data = chunk_.data.drop(taken);
  }
  if (status == Status::ok && chunk_.last) status = socket_.end();
  if (status == Status::would_block) return false;
  if (chunk_.last) begun_ = false;
  echoing_ = false;
  return true;
}

void Connection::handle(const Event& event, bool quiet) {
  switch (event.type) {
    case Event::Type::open:
      if (!quiet) std::fprintf(stderr, "open\n");
      break;
    case Event::Type::chunk:
      chunk_ = event.chunk;
      echoing_ = true;
      break;
    case Event::Type::error:
      if (!quiet) std::fprintf(stderr, "error: %s\n", std::string(to_string(event.error)).c_str());
      break;
    case Event::Type::close:
      if (!quiet) std::fprintf(stderr, "close %u%s\n", event.close.code, event.close.was_clean ? "" : ", not clean");
      idle_ = true;
      break;
    default:
      break;
  }
}

void Connection::go_away() {
  if (!idle_) static_cast<void>(socket_.close(whit::close_code::kGoingAway, "the server goes away"));
}

whit::Deadline Connection::next_deadline(whit::Instant now) const {
  // While a chunk waits for room only the peer can bring that about; but the send deadline must be looked at.
  return echoing_ ? whit::Deadline::at(now + 200) : socket_.next_deadline();
}

}  // namespace echo_server
