#include "sim/tcp.hpp"

#include <algorithm>

namespace whit::sim {
namespace {

constexpr std::uint32_t kGiveUpMs = 60000;  // TCP's own patience while nothing answers

}  // namespace

Tcp::Tcp(Network& network, bool secure) : network_(network), secure_(secure) { network_.links_.insert(this); }

Tcp::~Tcp() {
  close(How::abort);
  network_.links_.erase(this);
}

Status Tcp::connect(std::string_view host, std::uint16_t port) {
  if (phase_ != Phase::idle) return Status::invalid_state;
  host_ = host;
  port_ = port;
  const Conditions& now = network_.conditions;
  dialled_ = network_.now();
  answer_at_ = dialled_ + 2 * now.latency_ms + network_.random(now.jitter_ms + 1);
  phase_ = Phase::dialling;
  accepted_ = false;
  return Status::ok;
}

void Tcp::dial(Instant now) {
  if (!network_.conditions.up) {
    if (reached(now, dialled_ + kGiveUpMs)) fail(Error::transport_timeout);
    return;
  }
  if (!reached(now, answer_at_)) return;
  if (!network_.conditions.names) return fail(Error::name_lookup_failed);
  if (network_.names_.count(host_) == 0) return fail(Error::name_not_found);
  const auto server = network_.servers_.find({host_, port_});
  if (server == network_.servers_.end()) return fail(Error::connection_refused);
  phase_ = Phase::up;
  answered_ = false;
  server->second(*this);
  if (!answered_) fail(Error::connection_refused);
}

void Tcp::adopt(Tcp& dialling) {
  close(How::abort);
  phase_ = Phase::up;
  accepted_ = true;
  peer_ = &dialling;
  dialling.peer_ = this;
  dialling.answered_ = true;
  last_packet_ = dialling.last_packet_ = last_arrival_ = dialling.last_arrival_ = network_.now();
}

void Tcp::fail(Error error) {
  phase_ = Phase::failed;
  error_ = error;
}

Link Tcp::poll(Instant now) {
  if (phase_ == Phase::dialling) dial(now);
  if (phase_ == Phase::up) receive(now);
  switch (phase_) {
    case Phase::idle: return Link::idle;
    case Phase::dialling: return Link::connecting;
    case Phase::failed: return Link::failed;
    case Phase::up: break;
  }
  if (!rx().empty()) return Link::up;
  if (reset_) {
    fail(Error::connection_reset);
    return Link::failed;
  }
  return eof_ ? Link::eof : Link::up;
}

void Tcp::receive(Instant now) {
  received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(consumed_));
  consumed_ = 0;
  while (network_.conditions.up && !arriving_.empty() && reached(now, arriving_.front().at)) {
    const Segment segment = std::move(arriving_.front());
    arriving_.pop_front();
    waiting_ -= segment.bytes.size();
    received_.insert(received_.end(), segment.bytes.begin(), segment.bytes.end());
    eof_ = eof_ || segment.kind == Kind::end;
    reset_ = reset_ || segment.kind == Kind::reset;
  }
}

// What stands between the ends forgets a connection that was silent for too long, for good.
bool Tcp::forgotten() {
  const std::uint32_t patience = network_.conditions.nat_timeout_ms;
  if (patience != 0 && network_.now() - last_packet_ >= patience) lost_on_the_way_ = true;
  if (lost_on_the_way_ && peer_ != nullptr) peer_->lost_on_the_way_ = true;
  last_packet_ = network_.now();
  if (peer_ != nullptr) peer_->last_packet_ = last_packet_;
  return lost_on_the_way_;
}

bool Tcp::send(Kind kind, Bytes bytes) {
  if (forgotten() || peer_ == nullptr) return false;
  const Conditions& now = network_.conditions;
  Instant at = network_.now() + now.latency_ms + network_.random(now.jitter_ms + 1);
  if (network_.random(1000) < now.loss) at = at + now.repeat_ms;
  if (!reached(at, last_arrival_)) at = last_arrival_;
  last_arrival_ = at;
  peer_->arriving_.push_back({at, kind, {bytes.begin(), bytes.end()}});
  peer_->waiting_ += bytes.size();
  return true;
}

std::size_t Tcp::tx(Bytes front) {
  if (phase_ != Phase::up || ended_ || reset_ || front.empty()) return 0;
  const Conditions& now = network_.conditions;
  const std::size_t under_way = vanished_ + (peer_ == nullptr ? 0 : peer_->unread());
  const std::size_t room = now.window - std::min(now.window, under_way);
  std::size_t n = std::min({front.size(), room, now.most_per_write});
  if (now.random_writes && n > 1) n = 1 + network_.random(static_cast<std::uint32_t>(n));
  if (n > 0 && !send(Kind::data, front.first(n))) vanished_ += n;
  return n;
}

void Tcp::close(How how) {
  if (how == How::graceful && phase_ == Phase::up && !reset_) {
    if (!ended_) send(Kind::end, {});
    ended_ = true;
    return;
  }
  if (phase_ == Phase::up && peer_ != nullptr && !(ended_ && eof_)) send(Kind::reset, {});
  if (peer_ != nullptr) peer_->peer_ = nullptr;
  peer_ = nullptr;
  arriving_.clear();
  received_.clear();
  waiting_ = consumed_ = vanished_ = 0;
  phase_ = Phase::idle;
  error_ = Error::none;
  eof_ = reset_ = ended_ = lost_on_the_way_ = false;
}

Deadline Tcp::next_deadline() const {
  if (phase_ == Phase::dialling) return Deadline::at(network_.conditions.up ? answer_at_ : dialled_ + kGiveUpMs);
  if (phase_ != Phase::up || arriving_.empty() || !network_.conditions.up) return Deadline::never();
  return Deadline::at(arriving_.front().at);
}

}  // namespace whit::sim
