#include "proxy/connect.hpp"

#include <cstring>

#include "whit/detail/base64.hpp"

namespace whit::proxy {
namespace {

// Text that is put together in the scratch buffer.
class Writer {
 public:
  explicit Writer(MutBytes out) : out_(out) {}
  void add(std::string_view text) {
    MutBytes room = take(text.size());
    if (!room.empty()) std::memcpy(room.data(), text.data(), text.size());
  }
  void add(std::uint16_t number) {
    char digits[5];
    std::size_t n = 0;
    do digits[sizeof digits - ++n] = static_cast<char>('0' + number % 10);
    while ((number = static_cast<std::uint16_t>(number / 10)) != 0);
    add({digits + sizeof digits - n, n});
  }
  // Basic credentials: "user:password", encoded three bytes at a time.
  void add_credentials(std::string_view user, std::string_view password) {
    const std::size_t size = user.size() + 1 + password.size();
    std::uint8_t group[3];
    std::size_t n = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const char c = i < user.size() ? user[i] : i == user.size() ? ':' : password[i - user.size() - 1];
      group[n++] = static_cast<std::uint8_t>(c);
      if (n < sizeof group && i + 1 < size) continue;
      char digits[4];
      detail::base64_encode({group, n}, digits);
      add({digits, sizeof digits});
      n = 0;
    }
  }
  [[nodiscard]] bool overflow() const { return overflow_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  MutBytes take(std::size_t n) {
    if (n > out_.size() - size_) overflow_ = true;
    if (overflow_) return {};
    size_ += n;
    return {out_.data() + size_ - n, n};
  }

  MutBytes out_;
  std::size_t size_ = 0;
  bool overflow_ = false;
};

bool is_host(std::string_view host) {
  for (const char c : host) {
    if (c <= ' ' || c > '~' || c == '/' || c == '@') return false;
  }
  return !host.empty();
}

bool is_free_of_controls(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  }
  return true;
}

}  // namespace

Connect::Connect(Transport& below, const ConnectOptions& options, MutBytes scratch)
    : below_(below), options_(options), scratch_(scratch) {}

Status Connect::connect(std::string_view host, std::uint16_t port) {
  if (phase_ != Phase::idle) return Status::invalid_state;
  status_ = 0;
  error_ = write_request(host, port);
  if (error_ != Error::none) return Status::transport_failed;
  const Status status = below_.connect(options_.host, options_.port);
  if (status == Status::ok) phase_ = Phase::dialling;
  return status;
}

// RFC 9110 9.3.6, RFC 9112 3.2.3: the target is host and port, an IPv6 address in brackets.
Error Connect::write_request(std::string_view host, std::uint16_t port) {
  if (!is_host(host)) return Error::name_not_found;
  const bool colon = options_.user.find(':') != std::string_view::npos;
  if (colon || !is_free_of_controls(options_.user) || !is_free_of_controls(options_.password))
    return Error::proxy_auth_required;
  const bool ipv6 = host.find(':') != std::string_view::npos;
  Writer out(scratch_);
  for (const std::string_view before : {"CONNECT ", " HTTP/1.1\r\nHost: "}) {
    out.add(before);
    if (ipv6) out.add("[");
    out.add(host);
    out.add(ipv6 ? "]:" : ":");
    out.add(port);
  }
  if (!options_.user.empty() || !options_.password.empty()) {
    out.add("\r\nProxy-Authorization: Basic ");
    out.add_credentials(options_.user, options_.password);
  }
  out.add("\r\n\r\n");
  if (out.overflow()) return Error::out_of_resources;
  request_ = scratch_.first(out.size());
  return Error::none;
}

Link Connect::poll(Instant now) {
  if (phase_ == Phase::idle) return Link::idle;
  if (phase_ == Phase::failed) return Link::failed;
  const Link link = below_.poll(now);
  if (phase_ == Phase::up) return link;
  if (link == Link::connecting) return link;
  if (phase_ == Phase::dialling) phase_ = Phase::asking;
  if (phase_ == Phase::asking && link == Link::up) ask();
  if (phase_ == Phase::asking || phase_ == Phase::reading) read();
  if (phase_ == Phase::failed) return Link::failed;
  if (phase_ == Phase::up) return Link::up;
  if (link == Link::failed) fail(below_.error());
  if (link == Link::eof) fail(Error::connection_lost);
  return phase_ == Phase::failed ? Link::failed : Link::connecting;
}

void Connect::ask() {
  request_ = request_.drop(below_.tx(request_));
  if (!request_.empty()) return;
  phase_ = Phase::reading;
  head_size_ = 0;
  line_.next();
}

// Line by line, in constant memory: the scratch buffer has no other use by now. What stands behind the head is the
// tunnel's.
void Connect::read() {
  if (phase_ == Phase::asking) return;
  for (MutBytes bytes = below_.rx(); !bytes.empty() && phase_ == Phase::reading; bytes = below_.rx()) {
    std::size_t used = 0;
    const auto result = line_.read(Bytes(bytes.data(), bytes.size()), scratch_, true, used);
    below_.rx_consume(used);
    head_size_ += static_cast<std::uint32_t>(used);
    if (result == detail::LineReader::Result::bad || head_size_ > options_.max_head_size)
      return fail(Error::proxy_bad_response);
    if (result != detail::LineReader::Result::line) continue;
    take_line();
    line_.next();
  }
}

void Connect::take_line() {
  const std::string_view line = as_text(Bytes(scratch_.data(), line_.size()));
  if (status_ == 0) {
    // RFC 9112 4: "HTTP/1.x NNN ..."; proxies of all ages answer with 1.0.
    const bool good = line.size() >= 12 && std::memcmp(line.data(), "HTTP/1.", 7) == 0 && line[8] == ' ' &&
                      line[9] >= '1' && line[9] <= '5';
    if (!good) return fail(Error::proxy_bad_response);
    for (std::size_t i = 9; i < 12; ++i) {
      if (line[i] < '0' || line[i] > '9') return fail(Error::proxy_bad_response);
      status_ = static_cast<std::uint16_t>(status_ * 10 + (line[i] - '0'));
    }
    return;
  }
  if (!line.empty()) return;  // RFC 9110 9.3.6: no field of a 2xx means anything here, Content-Length least of all
  if (status_ < 200) {
    status_ = 0;  // informational: the answer is still to come
  } else if (status_ < 300) {
    phase_ = Phase::up;
  } else {
    fail(status_ == 407 ? Error::proxy_auth_required : Error::proxy_refused);
  }
}

void Connect::fail(Error error) {
  error_ = error != Error::none ? error : Error::transport_failed;
  phase_ = Phase::failed;
}

void Connect::rx_consume(std::size_t n) {
  if (phase_ == Phase::up) below_.rx_consume(n);
}

void Connect::close(How how) {
  if (phase_ == Phase::idle) return;
  if (how == How::graceful && phase_ == Phase::up) return below_.close(how);
  below_.close(How::abort);
  phase_ = Phase::idle;
}

Deadline Connect::next_deadline() const {
  return phase_ == Phase::idle || phase_ == Phase::failed ? Deadline::never() : below_.next_deadline();
}

}  // namespace whit::proxy
