// Plays bytes of a peer to a WebSocket and sums up all that came of it, on a host and on boards alike.
#pragma once

#include <cstring>

#include "whit/server.hpp"
#include "whit/websocket.hpp"

namespace replay {

inline constexpr std::size_t kLargest = 2048;  // bytes of a vector

/// What a peer sends behind the handshake.
struct Vector {
  const char* name;
  const std::uint8_t* in;
  std::uint32_t size;
  bool server;           ///< The WebSocket under test is a server.
  std::uint32_t digest;  ///< Of events and of what is sent.
};

/// FNV-1a over whatever is put into it.
class Digest {
 public:
  void add(const void* data, std::size_t size) {
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    for (std::size_t i = 0; i < size; ++i) value_ = (value_ ^ bytes[i]) * 16777619u;
  }
  void add(std::uint32_t number) {
    for (int shift = 0; shift < 32; shift += 8) {
      const auto byte = static_cast<std::uint8_t>(number >> shift);
      add(&byte, 1);
    }
  }
  [[nodiscard]] std::uint32_t value() const { return value_; }

 private:
  std::uint32_t value_ = 2166136261u;
};

/// Shows the input part by part, takes everything, and ends behind the input.
class Wire final : public whit::Transport {
 public:
  Digest sent;
  bool open = false;  ///< What is sent counts from here on.

  void show(whit::MutBytes bytes) { in_ = bytes; }
  void end() { ended_ = true; }
  void start() {
    in_ = {};
    ended_ = open = closed_ = false;
    sent = {};
  }

  whit::Status connect(std::string_view, std::uint16_t) override { return whit::Status::ok; }
  whit::Link poll(whit::Instant) override {
    if (closed_) return whit::Link::idle;
    return in_.empty() && ended_ ? whit::Link::eof : whit::Link::up;
  }
  whit::MutBytes rx() override { return in_; }
  void rx_consume(std::size_t n) override { in_ = in_.drop(n); }
  std::size_t tx(whit::Bytes front) override {
    if (open) sent.add(front.data(), front.size());
    return front.size();
  }
  void close(whit::How how) override { closed_ = how == whit::How::abort; }
  [[nodiscard]] whit::Error error() const override { return whit::Error::none; }

 private:
  whit::MutBytes in_;
  bool ended_ = false;
  bool closed_ = false;
};

class Player {
 public:
  Player() : socket_(wire_, {sevens, nullptr}, whit::MutBytes(ring_)) {
    client_.ping_interval_ms = client_.send_timeout_ms = client_.close_timeout_ms = 0;
    server_.ping_interval_ms = server_.send_timeout_ms = server_.close_timeout_ms = 0;
  }

  /// Each part is handled before the next one comes: the first ends at `cut`; with `step` all have that size.
  std::uint32_t play(const Vector& vector, std::size_t cut, std::size_t step) {
    events_ = {};
    wire_.start();
    if (!open(vector.server)) return 0;
    wire_.open = true;
    std::memcpy(bytes_, vector.in, vector.size);
    for (std::size_t at = 0; at < vector.size;) {
      const std::size_t part = step != 0 ? step : at < cut ? cut - at : vector.size - at;
      const std::size_t n = part < vector.size - at ? part : vector.size - at;
      wire_.show(whit::MutBytes(bytes_).drop(at).first(n));
      run();
      at += n;
    }
    wire_.end();
    run();
    events_.add(wire_.sent.value());
    return events_.value();
  }

 private:
  static bool sevens(void*, whit::MutBytes out) {
    std::memset(out.data(), 7, out.size());
    return true;
  }

  bool open(bool server) {
    constexpr std::string_view kResponse =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: CdXSYUsvsaMthlEXWDNURGWA/1o=\r\n\r\n";  // to a key of 16 sevens
    constexpr std::string_view kRequest =
        "GET / HTTP/1.1\r\nHost: board\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: BwcHBwcHBwcHBwcHBwcHBw==\r\n\r\n";
    const std::string_view head = server ? kRequest : kResponse;
    std::memcpy(bytes_, head.data(), head.size());
    const whit::Status status = server ? socket_.accept(handshake_, {0}) : socket_.connect("ws://board/", client_, {0});
    if (status != whit::Status::ok) return false;
    run();
    wire_.show(whit::MutBytes(bytes_).first(head.size()));
    run();
    return socket_.ready_state() == whit::ReadyState::open;
  }

  void run() {
    whit::Event event;
    for (int quiet = 0; quiet < 3;) {
      const bool news = socket_.poll({0}, event);
      quiet = news ? 0 : quiet + 1;
      if (news) note(event);
    }
  }

  // The chunks of a message are one, however they were cut; of a message that never ends, they may be more or fewer.
  void note(const whit::Event& event) {
    if (event.type == whit::Event::Type::chunk) {
      if (event.chunk.first) message_ = {};
      message_.add(event.chunk.data.data(), event.chunk.data.size());
      if (!event.chunk.last) return;
      events_.add(static_cast<std::uint32_t>(event.chunk.type) + 100);
      events_.add(static_cast<std::uint32_t>(event.chunk.offset + event.chunk.data.size()));
      events_.add(message_.value());
    } else if (event.type == whit::Event::Type::error) {
      events_.add(static_cast<std::uint32_t>(event.error) + 1000);
    } else if (event.type == whit::Event::Type::close) {
      events_.add(event.close.code + (event.close.was_clean ? 100000u : 0u));
      events_.add(event.close.reason.data(), event.close.reason.size());
    }
  }

  Wire wire_;
  Digest events_;
  Digest message_;
  whit::ClientOptions client_;
  whit::ServerOptions server_;
  std::uint8_t ring_[512];
  std::uint8_t request_[256];
  std::uint8_t bytes_[kLargest];
  whit::WebSocket socket_;
  whit::ServerHandshake handshake_{whit::MutBytes(request_), server_};
};

}  // namespace replay
