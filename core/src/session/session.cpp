// One state, made anew for each attempt:
//
//   idle --start()--> active --close event--> waiting --retry_at_--> active
//     ^                  |                       |
//     +---- stopped -----+------- stop() --------+
#include "whit/session.hpp"

#include "whit/detail/backoff.hpp"
#include "whit/detail/dates.hpp"
#include "whit/refusal.hpp"

namespace whit {
namespace {

constexpr std::uint32_t kMostDelay = 12u * 86400 * 1000;  // twice this is less than two instants can be apart

std::uint32_t smaller(std::uint32_t a, std::uint32_t b) { return a < b ? a : b; }

}  // namespace

Session::Session(WebSocket& socket, Entropy entropy, const ClientOptions& client, const SessionOptions& options)
    : socket_(socket),
      source_(&socket),
      poll_([](void* source, Instant now, Event& event) { return static_cast<WebSocket*>(source)->poll(now, event); }),
      entropy_(entropy),
      options_(options),
      given_(client),
      client_(client),
      ping_ms_(client.ping_interval_ms) {}

Session::Session(WebSocket& socket, Messages& messages, Entropy entropy, const ClientOptions& client,
                 const SessionOptions& options)
    : Session(socket, entropy, client, options) {
  source_ = &messages;
  poll_ = [](void* source, Instant now, Event& event) { return static_cast<Messages*>(source)->poll(now, event); };
}

Status Session::start(Instant now) {
  if (wanted_) return Status::ok;
  if (options_.urls.empty()) return Status::bad_url;
  for (const std::string_view each : options_.urls) {
    Url parsed;
    if (parse_url(each, parsed) != UrlError::none) return Status::bad_url;
  }
  if (phase_ == Phase::active) {  // the link before is still closing: the new one follows it
    wanted_ = true;
    return Status::ok;
  }
  asked_ = false;
  telling_ = Telling::nothing;
  failures_ = failures_of_url_ = 0;
  url_index_ = 0;
  url_ = options_.urls[0];
  hops_ = 0;
  const Status status = attempt(now);
  // A transport that cannot start now may be able to later.
  wanted_ = status == Status::ok || status == Status::transport_failed;
  if (status == Status::transport_failed) ended(now);
  if (!wanted_) telling_ = Telling::nothing;
  return wanted_ ? Status::ok : status;
}

Status Session::attempt(Instant now) {
  cause_ = {};
  bytes_in_ = bytes_out_ = messages_in_ = messages_out_ = rtt_ms_ = 0;
  closing_ = local_ = false;
  age_ms_ = quiet_ms_ = 0;
  seen_ = now;
  // What a redirect took away comes back with the next attempt that begins at a URL of ours.
  if (hops_ == 0) client_ = given_;
  client_.ping_interval_ms = ping_ms_;
  choose_transport();
  const Status status = socket_.connect(url_, client_, now);
  phase_ = status == Status::ok ? Phase::active : Phase::idle;
  if (status == Status::transport_failed) {
    cause_.error = socket_.transport().error();
    socket_.transport().close(How::abort);  // nothing else leads out of a failed transport
  }
  if (status != Status::ok && cause_.error == Error::none) cause_.error = Error::transport_failed;
  return status;
}

// The one that the URL's scheme asks for. Both are idle between two links.
void Session::choose_transport() {
  Transport* other = options_.other_transport;
  Url url;
  if (other == nullptr || parse_url(url_, url) != UrlError::none) return;
  if (url.secure == socket_.transport_->secure() || url.secure != other->secure()) return;
  options_.other_transport = socket_.transport_;
  socket_.transport_ = other;
}

Status Session::stop(std::uint16_t code, std::string_view reason) {
  if (phase_ == Phase::active) {
    const Status status = socket_.close(code, reason);
    if (status != Status::ok) return status;
    closing_ = true;
  }
  if (wanted_ && phase_ != Phase::active) halt();
  wanted_ = false;
  return Status::ok;
}

void Session::retry_now() {
  if (phase_ == Phase::waiting) delay_ms_ = 0;
}

void Session::halt() {
  wanted_ = false;
  phase_ = Phase::idle;
  telling_ = Telling::stopped;
}

bool Session::poll(Instant now, Event& event) {
  if (telling_ != Telling::nothing) {
    event.type = telling_ == Telling::retry ? Event::Type::retry : Event::Type::stopped;
    event.error = cause_.error;
    event.http_status = cause_.http_status;
    event.close.code = cause_.close_code;
    event.retry = {failures_ + 1, delay_ms_};
    telling_ = Telling::nothing;
    return true;
  }
  if (phase_ == Phase::waiting && (delay_ms_ == 0 || reached(now, retry_at_))) {
    if (attempt(now) != Status::ok) {
      ended(now);
      return poll(now, event);  // only tells
    }
  }
  if (phase_ != Phase::active) return false;
  pass_time(now);
  // A closing handshake that no Close of the peer's and no failure began, the application did.
  local_ = local_ ||
           (socket_.ready_state() == ReadyState::closing && socket_.close_code_ == 0 && socket_.error_ == Error::none);
  const Instant last_rx = socket_.last_rx_;
  if (!poll_(source_, now, event)) return false;
  quiet_ms_ = (event.type == Event::Type::pong ? socket_.ping_sent_ : now) - last_rx;
  observe(now, event);
  return true;
}

void Session::observe(Instant now, const Event& event) {
  using Type = Event::Type;
  switch (event.type) {
    case Type::open:
      cause_.opened = true;
      asked_ = false;
      break;
    case Type::chunk:
      bytes_in_ += static_cast<std::uint32_t>(event.chunk.data.size());
      messages_in_ += event.chunk.last ? 1 : 0;
      break;
    case Type::message:
      bytes_in_ += static_cast<std::uint32_t>(event.message.data.size());
      ++messages_in_;
      break;
    case Type::skipped: ++messages_in_; break;
    case Type::pong:
      rtt_ms_ = event.rtt_ms;
      link_was_silent(true);
      break;
    case Type::error:
      cause_.error = event.error;
      cause_.http_status = event.http_status;
      if (cause_.opened && category(event.error) != Category::protocol) link_was_silent(false);
      return;
    case Type::close:
      cause_.close_code = event.close.code;
      record_.was_clean = event.close.was_clean ? 1 : 0;
      return ended(now);
    default: return;
  }
}

// Summed up from poll to poll: a link may outlive the 49.7 days of an Instant.
void Session::pass_time(Instant now) {
  const std::uint32_t passed = now - seen_;
  seen_ = now;
  if (!cause_.opened) return;
  age_ms_ = passed < DisconnectRecord::kMostAge - age_ms_ ? age_ms_ + passed : DisconnectRecord::kMostAge;
}

void Session::ended(Instant now) {
  phase_ = Phase::idle;
  keep_record();
  const bool closed_here = cause_.error == Error::aborted || (cause_.error == Error::none && local_);
  if (!wanted_ || (closed_here && !closing_)) return halt();
  if (closing_) {  // start() came after stop(), before the link had ended
    wanted_ = false;
    if (start(now) != Status::ok) halt();
    return;
  }
  if (follow_redirect(now)) return;
  schedule(now);
}

void Session::keep_record() {
  using By = DisconnectRecord::By;
  const Category layer = category(cause_.error);
  const bool lost = layer == Category::transport || layer == Category::timeout || layer == Category::tls;
  const bool ours = closing_ || local_ || layer == Category::local || layer == Category::protocol;
  const std::uint8_t clean = cause_.close_code != 0 ? record_.was_clean : std::uint8_t{0};
  record_ = {};
  record_.was_clean = clean;
  record_.ended_at_s = static_cast<std::uint32_t>(wall());
  record_.age_ms = age_ms_;
  record_.attempts = failures_ + 1;
  record_.last_rtt_ms = rtt_ms_;
  record_.bytes_in = bytes_in_;
  record_.bytes_out = bytes_out_;
  record_.messages_in = messages_in_;
  record_.messages_out = messages_out_;
  record_.error = cause_.error;
  record_.by = lost ? By::nobody : ours ? By::us : By::peer;
  record_.opened = cause_.opened ? 1 : 0;
  record_.http_status = cause_.http_status;
  record_.close_code = cause_.close_code;
  record_.seal();
}

// When to try again, and where.
void Session::schedule(Instant now) {
  const Refusal* refusal = given_.refusal;
  if (cause_.error == Error::bad_status && refusal != nullptr) {
    const std::uint32_t seconds = detail::parse_retry_after(refusal->retry_after(), wall());
    cause_.retry_after_s = seconds < options_.most_retry_after_s ? seconds : options_.most_retry_after_s;
  }
  // A link that was good for a while makes everything short again; one that dies at once does not.
  if (cause_.opened && age_ms_ >= options_.stable_after_ms) failures_ = failures_of_url_ = 0;
  ++failures_;
  ++failures_of_url_;
  hops_ = 0;

  const Verdict verdict = options_.policy(cause_);
  bool stop = verdict.action == Verdict::Action::stop;
  if (verdict.action == Verdict::Action::ask_credentials) {
    stop = asked_ || options_.new_credentials == nullptr || !options_.new_credentials(options_.context, cause_, given_);
    asked_ = true;
  }
  if (options_.max_attempts != 0 && failures_ >= options_.max_attempts) stop = true;
  if (stop) return halt();

  if (verdict.next_url || (options_.failures_per_url != 0 && failures_of_url_ >= options_.failures_per_url)) next_url();
  url_ = options_.urls[url_index_];
  const std::uint32_t window = verdict.spread_ms != 0
                                   ? verdict.spread_ms
                                   : detail::backoff_window(failures_, options_.first_delay_ms, options_.most_delay_ms);
  const std::uint32_t asked =
      (cause_.retry_after_s < kMostDelay / 1000 ? cause_.retry_after_s : kMostDelay / 1000) * 1000;
  const std::uint32_t least = verdict.least_ms > asked ? verdict.least_ms : asked;
  pause(now, smaller(least, kMostDelay) + detail::random_up_to(smaller(window, kMostDelay), entropy_));
}

void Session::pause(Instant now, std::uint32_t ms) {
  delay_ms_ = ms;
  retry_at_ = now + ms;
  phase_ = Phase::waiting;
  telling_ = Telling::retry;
}

void Session::next_url() {
  failures_of_url_ = 0;
  url_index_ = url_index_ + 1 < options_.urls.size() ? url_index_ + 1 : 0;
}

// Silence of the interval's length ended well, with a pong, or badly. NATs forget silent links after a time that only
// trying tells; it is looked for from below, and once found the interval stays under it.
void Session::link_was_silent(bool survived) {
  const std::uint32_t most = options_.most_ping_interval_ms;
  const std::uint32_t least = given_.ping_interval_ms;
  std::uint32_t& interval = ping_ms_;
  // Only silence is evidence: pings of the application, or a death amid traffic, tell nothing of it.
  if (most <= least || least == 0 || quiet_ms_ < client_.ping_interval_ms) return;
  if (survived) {
    good_silence_ms_ = interval;
    const std::uint32_t ceiling = bad_silence_ms_ != 0 ? bad_silence_ms_ - bad_silence_ms_ / 4 : most;
    const std::uint32_t longer = interval + interval / 2;
    const std::uint32_t wanted = longer < most ? longer : most;
    if (wanted <= ceiling) interval = wanted;
    client_.ping_interval_ms = interval;
    socket_.set_deadline();  // the silence that begins now is already the longer one
  } else {
    bad_silence_ms_ = interval;
    const bool known = good_silence_ms_ != 0 && good_silence_ms_ < interval;
    interval = known ? good_silence_ms_ : least;
  }
}

Status Session::count_sent(Status status, std::size_t size) {
  if (status == Status::ok) ++messages_out_;
  if (status == Status::ok) bytes_out_ += static_cast<std::uint32_t>(size);
  return status;
}

Deadline Session::next_deadline() const {
  if (telling_ != Telling::nothing) return Deadline::immediately();
  if (phase_ == Phase::waiting) return delay_ms_ == 0 ? Deadline::immediately() : Deadline::at(retry_at_);
  return phase_ == Phase::active ? socket_.next_deadline() : Deadline::never();
}

}  // namespace whit
