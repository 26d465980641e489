#include "lwip/tcp.hpp"

#include "lwip/lock.hpp"

namespace whit::lwip {
namespace {

// How soon to try again what failed for lack of memory. lwIP's own timers go by 250 ms; pbufs usually come back sooner.
constexpr std::uint32_t kRetryMs = 20;

Error dialling_error(err_t error) {
  switch (error) {
    case ERR_RST: return Error::connection_refused;
    case ERR_ABRT: return Error::transport_timeout;  // the last SYN stayed without an answer
    case ERR_RTE: return Error::host_unreachable;
    case ERR_MEM:
    case ERR_BUF: return Error::out_of_resources;
    default: return Error::transport_failed;
  }
}

Error link_error(err_t error) {
  switch (error) {
    case ERR_RST: return Error::connection_reset;
    case ERR_ABRT: return Error::transport_timeout;  // the last retransmission stayed without an answer, or out of pcbs
    default: return Error::transport_failed;
  }
}

#if LWIP_IPV4 && LWIP_IPV6
constexpr bool kBothFamilies = true;
u8_t family(bool ipv6) { return ipv6 ? IPADDR_TYPE_V6 : IPADDR_TYPE_V4; }
#else
constexpr bool kBothFamilies = false;
u8_t family(bool) { return LWIP_IPV6 ? IPADDR_TYPE_V6 : IPADDR_TYPE_V4; }
#endif

// Of two attempts, the error of the one that came further explains best.
int weight(Error error) {
  switch (error) {
    case Error::none: return 0;
    case Error::name_not_found:
    case Error::name_lookup_failed: return 1;
    case Error::host_unreachable: return 2;
    default: return 3;
  }
}

}  // namespace

Status Tcp::connect(std::string_view host, std::uint16_t port) {
  const Lock lock;
  if (phase_ != Phase::idle) return Status::invalid_state;
  host_ = host;
  port_ = port;
  attempt_ = 0;
  retry_ = limited_ = told_eof_ = false;
  error_ = Error::none;
  phase_ = Phase::resolving;
  return Status::ok;  // the first poll() brings the time
}

void Tcp::adopt(Stream& accepted) {
  const Lock lock;
  lookup_.cancel();
  stream_.take(accepted);
  retry_ = told_eof_ = false;
  error_ = Error::none;
  phase_ = Phase::up;
}

Link Tcp::poll(Instant now) {
  const Lock lock;
  if (phase_ == Phase::resolving || phase_ == Phase::dialling) advance(now);
  if (retry_ && reached(now, retry_at_)) retry_ = false;
  if (stream_.starved() && !retry_) out_of_memory(now);
  return state();
}

Link Tcp::state() {
  switch (phase_) {
    case Phase::idle: return Link::idle;
    case Phase::failed: return Link::failed;
    case Phase::up: break;
    default: return Link::connecting;
  }
  if (!stream_.rx().empty()) return Link::up;
  if (stream_.error() != ERR_OK) {
    fail(link_error(stream_.error()));
    return Link::failed;
  }
  told_eof_ = stream_.eof();
  return told_eof_ ? Link::eof : Link::up;
}

void Tcp::advance(Instant now) {
  if (retry_ && !reached(now, retry_at_)) return;
  retry_ = false;
  if (phase_ == Phase::resolving) return look_up(now);
  if (stream_.error() != ERR_OK) return attempt_failed(dialling_error(stream_.error()), now);
  if (stream_.pcb() == nullptr) return dial(now);
  if (stream_.open()) {
    phase_ = Phase::up;
    error_ = Error::none;
  } else if (timed_out(now)) {
    attempt_failed(Error::transport_timeout, now);
  }
}

void Tcp::look_up(Instant now) {
  if (lookup_.state() == Lookup::State::idle) {
    if (!limited_) limit(now);
    if (!lookup_.start(host_, family(attempt_ == 0 ? options_.prefer_ipv6 : !options_.prefer_ipv6), now)) {
      return timed_out(now) ? attempt_failed(Error::out_of_resources, now) : out_of_memory(now);
    }
  }
  if (lookup_.state() == Lookup::State::failed) return attempt_failed(lookup_.error(), now);
  if (lookup_.state() == Lookup::State::found) {
    phase_ = Phase::dialling;
    limit(now);
    return dial(now);
  }
  if (timed_out(now)) attempt_failed(Error::name_lookup_failed, now);
}

void Tcp::dial(Instant now) {
  const err_t result = stream_.connect(lookup_.address(), port_);
  if (result == ERR_OK) return;
  if (result == ERR_MEM && !timed_out(now)) return out_of_memory(now);
  attempt_failed(dialling_error(result), now);
}

// A lookup and a connection have the same time each.
void Tcp::limit(Instant now) {
  limited_ = options_.attempt_timeout_ms != 0;
  give_up_at_ = now + options_.attempt_timeout_ms;
}

// The next family, or the end.
void Tcp::attempt_failed(Error error, Instant now) {
  stream_.abort();
  lookup_.cancel();
  if (weight(error) > weight(error_)) error_ = error;
  const bool last = lookup_.literal() || attempt_ == 1 || !kBothFamilies;
  if (last) return fail(error_);
  ++attempt_;
  limited_ = false;
  phase_ = Phase::resolving;
  look_up(now);
}

void Tcp::out_of_memory(Instant now) {
  retry_ = true;
  retry_at_ = now + kRetryMs;
}

void Tcp::fail(Error error) {
  stream_.abort();
  error_ = error;
  phase_ = Phase::failed;
}

MutBytes Tcp::rx() {
  const Lock lock;
  return stream_.rx();
}

void Tcp::rx_consume(std::size_t n) {
  const Lock lock;
  stream_.consume(n);
}

std::size_t Tcp::tx(Bytes front) {
  const Lock lock;
  return phase_ == Phase::up ? stream_.tx(front, options_.sending) : 0;
}

std::size_t Tcp::tx_held() const {
  const Lock lock;
  return stream_.held();
}

void Tcp::close(How how) {
  const Lock lock;
  if (how == How::graceful && phase_ == Phase::up && stream_.error() == ERR_OK) return stream_.end();
  stream_.abort();
  lookup_.cancel();
  phase_ = Phase::idle;
  error_ = Error::none;
}

Deadline Tcp::next_deadline() const {
  const Lock lock;
  if (phase_ == Phase::idle || phase_ == Phase::failed) return Deadline::never();
  if (retry_) return Deadline::at(retry_at_);
  if (phase_ == Phase::up) {
    const bool ended = stream_.rx().empty() && (stream_.error() != ERR_OK || (stream_.eof() && !told_eof_));
    return ended || stream_.has_acked() || stream_.starved() ? Deadline::immediately() : Deadline::never();
  }
  const bool asking = phase_ == Phase::resolving && lookup_.state() == Lookup::State::waiting;
  const bool dialling = phase_ == Phase::dialling && !stream_.open() && stream_.error() == ERR_OK;
  if (!asking && !dialling) return Deadline::immediately();
  return limited_ ? Deadline::at(give_up_at_) : Deadline::never();
}

}  // namespace whit::lwip
