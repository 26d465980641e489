#include "wscat/app.hpp"

#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <string>

#include "posix/clock.hpp"
#include "posix/entropy.hpp"
#include "posix/wait.hpp"
#include "whit/url.hpp"
#include "wscat/advice.hpp"
#include "wscat/signals.hpp"

namespace wscat {

using whit::Deadline;
using whit::Event;
using whit::Instant;
using whit::ReadyState;
using whit::Status;

namespace {

constexpr std::size_t kReceiveBuffer = 64 * 1024;
constexpr std::size_t kRing = 64 * 1024;
constexpr unsigned kEventsPerTurn = 64;  // then signals and our own sending have their turn

constexpr std::uint32_t kFirstDelayMs = 1000;
constexpr std::uint32_t kLongestDelayMs = 30000;

constexpr std::uint32_t kQuietMs = 250;
constexpr std::uint32_t kLongestQuietMs = 5000;
constexpr std::uint32_t kBytesPerMs = 4096;  // a slow server still reads what we have long sent

}  // namespace

App::App(Options& options)
    : options_(options),
      memory_(new std::uint8_t[kReceiveBuffer + kRing + options.max_message]),
      tcp_({memory_.get(), kReceiveBuffer}),
      socket_(transport(), whit::posix::entropy(), {memory_.get() + kReceiveBuffer, kRing}),
      receiver_({memory_.get() + kReceiveBuffer + kRing, options.max_message}, progress_),
      sender_(socket_, progress_),
      output_(options, socket_, refusal_, secure_ ? &*secure_ : nullptr, progress_) {
  options.client.refusal = &refusal_;
  // So a message that is too big ends the link at its header (RFC 6455 10.4).
  if (!options.skip_oversize) options.client.max_message_size = options.max_message;
  for (Item& item : options.items) sender_.add(std::move(item));
  if (options.reconnect || options.redirects != 0) {
    session_.emplace(socket_, whit::posix::entropy(), options.client, session_options());
  }
}

whit::SessionOptions App::session_options() {
  whit::SessionOptions session;
  session.urls = {&options_.url, 1};
  session.max_attempts = options_.max_attempts;
  session.max_redirects = options_.redirects;
  session.other_transport = other_;
  session.redirect_memory = whit::MutBytes(redirects_);
  session.first_delay_ms = kFirstDelayMs;
  // Somebody watches: no pause is as long as a device in the field would make it.
  session.most_delay_ms = kLongestDelayMs;
  session.wall_clock = [](void*) { return static_cast<std::uint64_t>(std::time(nullptr)); };
  if (!options_.reconnect)
    session.policy = [](const whit::Cause&) { return whit::Verdict{whit::Verdict::Action::stop, false, 0, 0}; };
  return session;
}

// TCP, a proxy's tunnel over it, and TLS over that, as far as they are asked for.
whit::Transport& App::transport() {
  whit::Transport* lowest = &tcp_;
  if (!options_.proxy.host.empty()) {
    proxy_.emplace(tcp_, options_.proxy, whit::MutBytes(proxy_scratch_));
    lowest = &*proxy_;
  }
  whit::Url url;
  const bool secure = parse_url(options_.url, url) == whit::UrlError::none && url.secure;
  if (!secure && options_.redirects == 0) return *lowest;
  secure_.emplace(*lowest);
  other_ = secure ? lowest : &secure_->transport();  // where a redirect may lead
  return secure ? secure_->transport() : *lowest;
}

int App::run(int signal_fd) {
  const std::string problem = secure_ ? secure_->configure(options_.tls) : std::string();
  if (!problem.empty()) {
    std::fprintf(stderr, "wscat: %s\nwscat --help tells more.\n", problem.c_str());
    return kUsage;
  }
  const Instant now = whit::posix::now();
  const Status status = session_ ? session_->start(now) : socket_.connect(options_.url, options_.client, now);
  if (status != Status::ok) return failed_to_start(status);
  while (!ended_) turn(signal_fd);
  return exit_;
}

// There are no events then. What was tried still ends as every run does; the rest is a wrong command line.
int App::failed_to_start(Status status) {
  if (status == Status::transport_failed) {
    const whit::Error error = socket_.transport().error();
    output_.failure(to_string(error), to_string(category(error)), sentence(error));
  } else {
    whit::Url url;
    const std::string text(status == Status::bad_url ? describe(parse_url(options_.url, url)) : describe(status));
    std::fprintf(stderr, "wscat: %s\nwscat --help tells more.\n", text.c_str());
    return kUsage;
  }
  whit::CloseEvent event;
  event.code = whit::close_code::kAbnormalClosure;
  output_.close(event);
  return kNeverOpened;
}

void App::turn(int signal_fd) {
  const bool more = receive();
  if (ended_) return;
  obey_signals();
  if (ended_) return;
  if (output_.lost()) close();
  send();
  if (!ended_) sleep(signal_fd, more);
}

// True if there may be more events.
bool App::receive() {
  Event event;
  for (unsigned i = 0; i < kEventsPerTurn && !ended_; ++i) {
    const Instant now = whit::posix::now();
    if (!(session_ ? session_->poll(now, event) : socket_.poll(now, event))) return false;
    if (event.type == Event::Type::chunk && !receiver_.take(event)) continue;
    if (event.type == Event::Type::close) receiver_.start_over();
    if (session_) {
      hold(event);
    } else {
      handle(event);
    }
  }
  return true;
}

// With a session the end of one link is not the end of the run.
void App::hold(const Event& event) {
  switch (event.type) {
    case Event::Type::error: error_ = event; return;
    case Event::Type::close:
      close_ = event.close;
      close_reason_ = std::string(event.close.reason);
      close_.reason = close_reason_;
      sender_.start_over();
      patience_.start_over();
      return;
    case Event::Type::retry:
    case Event::Type::stopped: return link_ended(event);
    default: return handle(event);
  }
}

void App::link_ended(const Event& event) {
  const bool redirected = event.type == Event::Type::retry && event.retry.delay_ms == 0 && event.http_status / 100 == 3;
  if (!redirected) {
    if (error_) output_.show(*error_);
    output_.close(close_);
  }
  error_.reset();
  if (event.type == Event::Type::stopped) return ended(close_);
  if (redirected) return output_.redirected(session_->url());
  output_.retry(event);
}

void App::handle(const Event& event) {
  // The answer to the ping at the end of the input is for us.
  if (event.type == Event::Type::pong && patience_.on_pong(whit::posix::now(), event.rtt_ms)) return;
  output_.show(event);
  switch (event.type) {
    case Event::Type::open:
      opened_ = true;
      send();  // before anything that came together with the server's answer makes us close
      break;
    case Event::Type::message:
    case Event::Type::skipped:
      ++received_;
      patience_.on_message(whit::posix::now());
      break;
    case Event::Type::close: return ended(event.close);
    default: break;
  }
  if (options_.close_after_set && received_ >= options_.close_after) close();
}

void App::ended(const whit::CloseEvent& event) {
  ended_ = true;
  const bool good = event.code == whit::close_code::kNormalClosure || event.code == whit::close_code::kGoingAway ||
                    event.code == whit::close_code::kNoStatusReceived;
  const bool failed = failed_ || output_.lost();
  exit_ = !opened_ ? kNeverOpened : failed || !event.was_clean || !good ? kOtherwise : kClean;
}

void App::send() {
  const ReadyState state = socket_.ready_state();
  if (state != ReadyState::open && state != ReadyState::closing) return;
  if (!sender_.run()) {
    failed_ = true;
    output_.failure(sender_.problem_name(), "local", sender_.problem());
    // A frame that cannot be finished leaves nothing to be said to the server.
    return sender_.in_frame() ? abandon() : close();
  }
  if (state != ReadyState::open || !input_.ended() || !sender_.done() || socket_.buffered_amount() != 0) return;
  const Instant now = whit::posix::now();
  if (!patience_.waiting() && !begin_to_wait(now)) return;
  if (patience_.ended(now, answered())) close();
}

// False if there is no room for the ping yet.
bool App::begin_to_wait(Instant now) {
  const bool pings = quiet_ms() != 0 && options_.client.ping_interval_ms != 0;
  if (pings && socket_.ping() == Status::would_block) return false;
  patience_.begin(now, quiet_ms(), pings);
  return true;
}

// How long a silence means that no answer will come.
std::uint32_t App::quiet_ms() const {
  if (options_.close_after_set) return kLongestQuietMs;
  if (sender_.messages() == 0) return 0;
  const std::uint64_t ms = kQuietMs + sender_.bytes() / kBytesPerMs;
  return ms < kLongestQuietMs ? static_cast<std::uint32_t>(ms) : kLongestQuietMs;
}

void App::close() {
  if (session_) {
    static_cast<void>(session_->stop(options_.close_code, options_.close_reason));
    return;
  }
  // The options were checked, so there is nothing left to be refused.
  static_cast<void>(socket_.close(options_.close_code, options_.close_reason));
}

// Without the closing handshake.
void App::abandon() {
  whit::CloseEvent event;
  event.code = whit::close_code::kAbnormalClosure;
  output_.close(event);
  ended(event);
  socket_.transport().close(whit::How::abort);
}

void App::obey_signals() {
  const int seen = signals_seen();
  if (seen > 1) return abandon();
  if (seen == 1) close();
}

void App::sleep(int signal_fd, bool more) {
  pollfd fds[2 + whit::posix::Tcp::kMaxPollFds];
  // Nothing is read while something waits to be sent: that is the back-pressure on whoever writes to us.
  const bool listens = socket_.ready_state() == ReadyState::open && sender_.done() && !input_.ended();
  fds[0] = {listens ? STDIN_FILENO : sender_.waits_for(), POLLIN, 0};
  fds[1] = {signal_fd, POLLIN, 0};
  const std::size_t n = 2 + tcp_.poll_fds({fds + 2, whit::posix::Tcp::kMaxPollFds});
  Deadline deadline = more ? Deadline::immediately() : session_ ? session_->next_deadline() : socket_.next_deadline();
  if (patience_.waiting() && socket_.ready_state() == ReadyState::open) {
    deadline = Deadline::earlier(deadline, Deadline::at(patience_.deadline(answered())));
  }
  whit::posix::wait({fds, n}, deadline);
  if (listens && fds[0].revents != 0) input_.read(sender_);
  for (std::size_t i = 2; i < n; ++i) {
    if ((fds[i].revents & POLLIN) != 0) patience_.on_bytes(whit::posix::now());
  }
}

}  // namespace wscat
