#include "sim/server.hpp"

#include <array>

#include "sim/tcp.hpp"
#include "whit/messages.hpp"
#include "whit/server.hpp"

namespace whit::sim {
namespace {

constexpr std::size_t kRing = 64 * 1024;
constexpr std::size_t kRequest = 4096;

ServerOptions server_options(Answer (*hook)(void*, const Request&), void* context) {
  ServerOptions options;
  options.on_request = hook;
  options.context = context;
  options.ping_interval_ms = 0;  // as most servers: whoever needs to know whether the link lives asks
  return options;
}

class Open final : public Server::Connection {
 public:
  using Told = std::function<void(Open&, std::string_view)>;

  Open(Network& network, Tcp& dialling, Behaviour behaviour, Told on_open, Told on_message)
      : network_(network),
        behaviour_(std::move(behaviour)),
        on_open_(std::move(on_open)),
        on_message_(std::move(on_message)),
        tcp_(network),
        options_(server_options(answer, this)) {
    tcp_.adopt(dialling);
    if (behaviour_.reset) {
      tcp_.close(How::abort);
    } else {
      static_cast<void>(socket_.accept(handshake_, network_.now()));
    }
  }

  void send(std::string_view message) override { static_cast<void>(socket_.send(message)); }
  WebSocket& socket() override { return socket_; }
  bool over() override { return over_ || behaviour_.reset; }

  Deadline turn() override {
    if (over()) return Deadline::never();
    const Instant now = network_.now();
    if (is_open_ && behaviour_.die_after_ms != 0 && reached(now, opened_at_ + behaviour_.die_after_ms)) {
      tcp_.close(How::abort);
      over_ = true;
      return Deadline::never();
    }
    if (is_open_ && behaviour_.silent) return ending();
    if (is_open_ && behaviour_.close_after_ms != 0 && reached(now, opened_at_ + behaviour_.close_after_ms)) close();
    Event event;
    while (messages_.poll(now, event)) handle(event);
    return over_ ? Deadline::never() : Deadline::earlier(ending(), socket_.next_deadline());
  }

 private:
  static Answer answer(void* self, const Request&) {
    const Behaviour& behaviour = static_cast<Open*>(self)->behaviour_;
    Answer result;
    result.status = behaviour.status;
    result.fields = behaviour.fields;
    return result;
  }

  void handle(const Event& event) {
    if (event.type == Event::Type::open) {
      is_open_ = true;
      opened_at_ = network_.now();
      on_open_(*this, {});
    }
    if (event.type == Event::Type::message) on_message_(*this, event.message.text());
    if (event.type == Event::Type::close) over_ = true;
  }

  void close() {
    behaviour_.close_after_ms = 0;
    static_cast<void>(socket_.close(behaviour_.code));
  }

  [[nodiscard]] Deadline ending() const {
    Deadline next = Deadline::never();
    for (const std::uint32_t ms : {behaviour_.close_after_ms, behaviour_.die_after_ms}) {
      if (is_open_ && ms != 0) next = Deadline::earlier(next, Deadline::at(opened_at_ + ms));
    }
    return next;
  }

  Network& network_;
  Behaviour behaviour_;
  Told on_open_;
  Told on_message_;
  std::array<std::uint8_t, kRing> ring_;
  std::array<std::uint8_t, kRing> message_;
  std::array<std::uint8_t, kRequest> request_;
  Tcp tcp_;
  WebSocket socket_{tcp_, network_.entropy(), MutBytes(ring_)};
  Messages messages_{socket_, MutBytes(message_)};
  ServerOptions options_;
  ServerHandshake handshake_{MutBytes(request_), options_};
  Instant opened_at_{};
  bool is_open_ = false;
  bool over_ = false;
};

}  // namespace

Server::Server(Network& network, std::string host, std::uint16_t port)
    : network_(network), host_(std::move(host)), port_(port), number_(network.add([this] { return turn(); })) {
  restart();
}

Server::~Server() {
  crash();
  network_.remove(number_);
}

void Server::restart() {
  network_.listen(host_, port_, [this](Tcp& dialling) { accept(dialling); });
}

void Server::crash() {
  network_.stop_listening(host_, port_);
  open_.clear();
}

void Server::accept(Tcp& dialling) {
  ++connections_;
  Behaviour behaviour;
  if (!script.empty()) behaviour = script.front();
  if (script.size() > 1) script.pop_front();
  open_.push_back(std::make_unique<Open>(
      network_, dialling, behaviour, [this](Open&, std::string_view) { ++opened_; },
      [this](Open& from, std::string_view message) {
        messages_.emplace_back(message);
        if (on_message) return on_message(from, message);
        from.send(message);
      }));
}

void Server::send(std::string_view message) {
  for (const auto& each : open_) each->send(message);
}

Deadline Server::turn() {
  Deadline next = Deadline::never();
  for (const auto& each : open_) next = Deadline::earlier(next, each->turn());
  open_.remove_if([](const auto& each) { return each->over(); });
  return next;
}

}  // namespace whit::sim
