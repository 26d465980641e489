#include "support/field.hpp"

#include <algorithm>

namespace whit::test {

Field::Field() {
  client.refusal = &refusal;
  link.connect_polls = 1;  // so that a server is asked before the connection is there
  options.redirect_memory = MutBytes(redirects_);
}

whit::Session& Field::session() {
  if (!session_) {
    options.urls = Span<const std::string_view>(urls);
    session_.emplace(socket_, entropy.entropy(), client, options);
  }
  return *session_;
}

void Field::answer_handshake() {
  const std::size_t key = head_.find("Sec-WebSocket-Key: ");
  link.push("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
            accept_for(head_.substr(key + 19, 24)) + "\r\n\r\n");
  opened = true;
}

// Answers pings and Close; the frames are whole, as the ring is larger than they are.
static void answer_frames(Field& field) {
  const auto decoded = decode(Buffer(field.received.begin(), field.received.end()));
  field.received = decoded.rest;
  for (const Frame& frame : decoded.frames) {
    if (frame.opcode == 9) field.link.push(pong(frame.payload));
    if (frame.opcode == 8) {
      field.link.push(frame.payload.empty() ? close_frame() : close_frame(frame.code(), frame.reason()));
      field.link.push_eof();
    }
  }
}

Field::Server Field::accepting() {
  return [](Field& field) {
    if (!field.opened && field.head_complete()) field.answer_handshake();
    if (field.opened) answer_frames(field);
  };
}

Field::Server Field::refusing(const std::string& answer) {
  return [answer](Field& field) {
    if (field.opened || !field.head_complete()) return;
    field.opened = true;
    field.link.push("HTTP/1.1 " + answer + "\r\nContent-Length: 0\r\n\r\n");
    field.link.push_eof();
  };
}

Field::Server Field::closing(std::uint16_t code, std::uint32_t after_ms) {
  return [code, after_ms, done = false](Field& field) mutable {
    if (!field.opened && field.head_complete()) {
      field.answer_handshake();
      done = false;
    }
    if (!field.opened || done || field.now - field.connected_at < after_ms) return;
    done = true;
    field.link.push(close_frame(code));
    field.link.push_eof();
  };
}

Field::Server Field::dying(std::uint32_t after_ms) {
  return [after_ms](Field& field) {
    if (!field.opened && field.head_complete()) field.answer_handshake();
    if (field.opened && field.now - field.connected_at >= after_ms) field.link.push_reset();
  };
}

Field::Server Field::silent() {
  return [](Field& field) {
    if (!field.opened && field.head_complete()) field.answer_handshake();
  };
}

Field::Server Field::unreachable(Error error) {
  return [error](Field& field) { field.link.connect_error = error; };
}

void Field::serve() {
  if (link.connects() != connects_) {
    connects_ = link.connects();
    if (servers.size() > 1 || !server_) {
      server_ = servers.front();
      if (servers.size() > 1) servers.pop_front();
    } else {
      server_ = servers.front();
    }
    (void)link.take_sent();
    head_.clear();
    received.clear();
    opened = false;
    connected_at = now;
    link.connect_error = Error::none;
  }
  if (!server_ || link.state() == Link::idle) return;
  for (const std::uint8_t byte : link.take_sent()) {
    (head_complete() ? received : head_) += static_cast<char>(byte);
    if (!opened && head_complete() && received.empty() && head_.size() > 3 && byte == '\n') requests.push_back(head_);
  }
  server_(*this);
}

void Field::note(const Event& event) {
  using Type = Event::Type;
  const std::string bar = trace.empty() ? "" : "|";
  switch (event.type) {
    case Type::open: trace += bar + "open"; break;
    case Type::error: trace += bar + "error " + std::string(to_string(event.error)); break;
    case Type::close: trace += bar + "close " + std::to_string(event.close.code); break;
    case Type::retry:
      trace += bar + "retry " + std::to_string(event.retry.attempt);
      delays.push_back(event.retry.delay_ms);
      break;
    case Type::stopped: trace += bar + "stopped"; break;
    default: break;
  }
  if (on_event) on_event(*this, event);
}

void Field::run() {
  for (int quiet = 0; quiet < 3;) {
    Event event;
    serve();
    const bool news = session().poll(now, event);
    if (news) note(event);
    // A poll may send and give the connection up: nobody reads that any more.
    const bool to_read = link.state() != Link::idle && !link.sent().empty();
    quiet = news || to_read || link.connects() != connects_ ? 0 : quiet + 1;
  }
}

void Field::live(std::uint32_t ms) {
  const Instant end = now + ms;
  for (;;) {
    run();
    const std::uint32_t left = end - now;
    const std::uint32_t sleep = session().next_deadline().ms_left(now);
    // A server has its own clock: it may act at any time, so it is looked at each second.
    const std::uint32_t step = std::min({left, std::max<std::uint32_t>(sleep, 1), std::uint32_t{1000}});
    wakeups += sleep <= std::min<std::uint32_t>(left, 1000) ? 1 : 0;
    if (left == 0) return;
    now = now + step;
  }
}

}  // namespace whit::test
