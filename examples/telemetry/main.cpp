// Sends a reading every so often and obeys what comes back, for as long as it is wanted: when the server goes away, it
// comes back by itself, and readings wait meanwhile.
//   url=ws://192.0.2.2:9001/  interval=1000 ms between readings  limit=0 ms until it gives up; 0: never
// Commands: "interval N", and "stop", which ends the program.
#include "board.hpp"
#include "common/connection.hpp"
#include "common/explain.hpp"
#include "common/text.hpp"
#include "whit/messages.hpp"
#include "whit/outbox.hpp"
#include "whit/session.hpp"

namespace {

using app::Line;
namespace board = whit::board;

std::uint8_t ring[WHIT_RING];
std::uint8_t waiting[WHIT_OUTBOX];
std::uint8_t command[64];
std::string_view urls[1];

whit::ClientOptions client_options() {
  whit::ClientOptions options;
  options.ping_interval_ms = app::argument("ping", options.ping_interval_ms);
  options.pong_timeout_ms = app::argument("pong", options.pong_timeout_ms);
  return options;
}

whit::SessionOptions session_options() {
  whit::SessionOptions options;
  urls[0] = board::argument("url", "ws://192.0.2.2:9001/");
  options.urls = urls;
  options.first_delay_ms = app::argument("delay", 500);
  options.most_delay_ms = 4 * options.first_delay_ms;
  options.wall_clock = board::wall_clock;
  return options;
}

class Telemetry {
 public:
  Telemetry()
      : socket_(app::transport(), app::entropy(), whit::MutBytes(ring)),
        messages_(socket_, whit::MutBytes(command), whit::Oversize::skip),
        session_(socket_, messages_, app::entropy(), client_options(), session_options()),
        outbox_(socket_, session_, whit::MutBytes(waiting),
                {whit::OutboxOptions::WhenFull::drop_oldest, whit::OutboxOptions::Delivery::at_least_once}),
        interval_ms_(app::argument("interval", 1000)) {}

  /// Until it is told to stop; false: something was wrong from the start, or the time is up.
  bool run() {
    const whit::Instant start = board::now();
    const std::uint32_t limit = app::argument("limit", 0);
    next_reading_ = attempt_at_ = start;
    const whit::Status status = session_.start(start);
    if (status != whit::Status::ok) {
      app::print_status("start", status);
      return false;
    }
    while (true) {
      const whit::Instant now = board::now();
      if (limit != 0 && now - start > limit) return false;
      measure(now);
      whit::Event event;
      while (session_.poll(board::now(), event)) handle(event);
      outbox_.pump(board::now());
      if (ended_) break;
      board::wait(whit::Deadline::earlier(session_.next_deadline(), next_measurement()));
    }
    return told_to_stop_;
  }

 private:
  [[nodiscard]] whit::Deadline next_measurement() const {
    return told_to_stop_ ? whit::Deadline::never() : whit::Deadline::at(next_reading_);
  }

  // What cannot be sent yet waits; when there is no more room, the oldest readings give way.
  void measure(whit::Instant now) {
    if (!whit::reached(now, next_reading_) || told_to_stop_) return;
    next_reading_ = now + interval_ms_;
    char text[32] = "{\"reading\":";
    std::size_t size = 11;
    std::uint32_t value = readings_++;
    char digits[10];
    std::size_t count = 0;
    do {
      digits[count++] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    while (count > 0) text[size++] = digits[--count];
    text[size++] = '}';
    whit::Post post;
    post.data = whit::as_bytes({text, size});
    static_cast<void>(outbox_.submit(post, now));  // refused: all that is kept is on its way
  }

  void handle(const whit::Event& event) {
    outbox_.on_event(event);
    switch (event.type) {
      case whit::Event::Type::open: Line() << "open after " << board::now() - attempt_at_ << " ms\n"; return;
      case whit::Event::Type::message: return obey(event.message.text());
      case whit::Event::Type::error: return app::print_error(event.error);
      case whit::Event::Type::close: Line() << "closed with " << event.close.code << "\n"; return;
      case whit::Event::Type::retry:
        attempt_at_ = board::now() + event.retry.delay_ms;
        Line() << "again in " << event.retry.delay_ms << " ms\n";
        return;
      case whit::Event::Type::stopped: ended_ = true; return;
      default: return;
    }
  }

  void obey(std::string_view text) {
    Line() << "command: " << text << "\n";
    constexpr std::string_view kInterval = "interval ";
    if (text == "stop") {
      told_to_stop_ = true;
      static_cast<void>(session_.stop());
    } else if (text.size() > kInterval.size() && std::string_view(text.data(), kInterval.size()) == kInterval) {
      interval_ms_ = app::number({text.data() + kInterval.size(), text.size() - kInterval.size()});
      next_reading_ = board::now();
    }
  }

  whit::WebSocket socket_;
  whit::Messages messages_;
  whit::Session session_;
  whit::Outbox outbox_;
  whit::Instant next_reading_{};
  whit::Instant attempt_at_{};
  std::uint32_t interval_ms_;
  std::uint32_t readings_ = 0;
  bool told_to_stop_ = false;
  bool ended_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  board::start(argc, argv);
  Line() << "telemetry on " << board::name() << " to " << board::argument("url", "ws://192.0.2.2:9001/") << "\n";
  static Telemetry telemetry;
  const bool passed = telemetry.run();
  app::print_memory();
  Line() << "stack: " << static_cast<std::uint32_t>(board::stack_used()) << " bytes\n";
  board::end(passed);
}
