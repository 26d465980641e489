#include "support/memory_link.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace whit::test {

namespace {

// Copying what is left of a large view after each step would be quadratic; small ones are moved to catch stale views.
constexpr std::size_t kMaxRelocated = 65536;

}  // namespace

MemoryLink::~MemoryLink() {
  if (violations_.empty()) return;
  for (const std::string& text : violations_) std::fprintf(stderr, "MemoryLink: %s\n", text.c_str());
  std::abort();
}

void MemoryLink::complain(const char* what) { violations_.emplace_back(what); }

std::vector<std::string> MemoryLink::violations() { return std::exchange(violations_, {}); }

void MemoryLink::set_tx_schedule(std::vector<std::size_t> counts) {
  tx_schedule_ = std::move(counts);
  tx_next_ = 0;
}

void MemoryLink::fail_operation(std::size_t nth, Error error) {
  fail_in_ = nth;
  fail_error_ = error;
}

void MemoryLink::push(Bytes bytes, std::size_t chunk) {
  if (chunk == 0) chunk = bytes.size();
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    const std::size_t n = std::min(chunk, bytes.size() - at);
    inbox_.emplace_back(bytes.data() + at, bytes.data() + at + n);
    waiting_ += n;
  }
}

void MemoryLink::push_reset(Error error) {
  end_ = End::reset;
  reset_error_ = error;
}

void MemoryLink::adopt() {
  state_ = Link::up;
  fin_ = aborted_ = false;
  error_ = Error::none;
}

std::vector<std::uint8_t> MemoryLink::take_sent() { return std::exchange(sent_, {}); }

std::size_t MemoryLink::unread() const { return waiting_ + current_.bytes().size() - consumed_; }

bool MemoryLink::fails_now() {
  ++operations_;
  if (fail_in_ == 0 || --fail_in_ != 0) return false;
  fail(fail_error_);
  return true;
}

void MemoryLink::fail(Error error) {
  error_ = error;
  end_ = End::reset;
  reset_error_ = error;
  held_.clear();
  // Bytes that came before a failure are handed out first: while connecting there are none.
  if (state_ != Link::up && state_ != Link::eof) state_ = Link::failed;
}

// A view ends at poll(), rx_consume() and close(): whoever keeps one reads freed memory from now on.
void MemoryLink::relocate() {
  const MutBytes rest = current_.bytes().drop(consumed_);
  if (rest.empty() || rest.size() > kMaxRelocated) return;
  current_ = Block(Bytes(rest.data(), rest.size()), placement);
  consumed_ = 0;
}

void MemoryLink::forget() {
  inbox_.clear();
  waiting_ = 0;
  current_ = Block();
  consumed_ = 0;
  held_.clear();
  end_ = End::none;
}

Status MemoryLink::connect(std::string_view host, std::uint16_t port) {
  if (state_ != Link::idle) return Status::invalid_state;
  ++connects_;
  host_ = host;
  port_ = port;
  fin_ = aborted_ = false;
  error_ = Error::none;
  if (fails_now()) return Status::transport_failed;
  if (refuse_connect) {
    fail(Error::out_of_resources);
    return Status::transport_failed;
  }
  polls_left_ = connect_polls;
  state_ = Link::connecting;
  return Status::ok;
}

Link MemoryLink::poll(Instant) {
  check_held();
  if (state_ == Link::idle || state_ == Link::failed) return state_;
  const bool failed = fails_now();
  if (state_ == Link::connecting && !failed) {
    if (polls_left_ != 0) {
      --polls_left_;
      return state_;
    }
    if (connect_error != Error::none) {
      fail(connect_error);
      return state_;
    }
    state_ = Link::up;
  }
  relocate();
  if (unread() == 0) {
    if (end_ == End::reset) {
      error_ = reset_error_;
      held_.clear();
      state_ = Link::failed;
    } else if (end_ == End::eof) {
      state_ = Link::eof;
    }
  }
  return state_;
}

MutBytes MemoryLink::rx() {
  if (state_ != Link::up) return {};
  if (consumed_ == current_.bytes().size() && !inbox_.empty()) {
    const std::vector<std::uint8_t> next = std::move(inbox_.front());
    inbox_.pop_front();
    waiting_ -= next.size();
    current_ = Block(next, placement);
    consumed_ = 0;
  }
  return current_.bytes().drop(consumed_);
}

void MemoryLink::rx_consume(std::size_t n) {
  if (n > current_.bytes().size() - consumed_) {
    complain("rx_consume() of more than rx() showed");
    n = current_.bytes().size() - consumed_;
  }
  consumed_ += n;
  if (consumed_ == current_.bytes().size()) {
    current_ = Block();
    consumed_ = 0;
  }
  relocate();
}

std::size_t MemoryLink::next_count() {
  if (tx_schedule_.empty()) return kAll;
  const std::size_t count = tx_schedule_[tx_next_];
  tx_next_ = (tx_next_ + 1) % tx_schedule_.size();
  return count;
}

// The first tx_held() bytes must come again unchanged and at the same address; also between two offers, because a
// no-copy transport sends them from there again.
void MemoryLink::check_held() {
  if (held_.empty()) return;
  if (std::memcmp(held_at_, held_.data(), held_.size()) != 0) complain("held bytes were changed");
}

void MemoryLink::hold(Bytes front) {
  held_.assign(front.begin(), front.end());
  held_at_ = front.data();
}

std::size_t MemoryLink::tx(Bytes front) {
  ++tx_calls_;
  if (front.empty()) {
    complain("tx() of nothing");
    return 0;
  }
  if (!held_.empty() && (front.data() != held_at_ || front.size() < held_.size())) {
    complain("held bytes were not offered again at their address");
    held_.clear();
  }
  check_held();
  tx_behind_fin_ = tx_behind_fin_ || fin_;
  if ((state_ != Link::up && state_ != Link::eof) || fin_) return 0;
  if (fails_now() || end_ == End::reset) return 0;
  const std::size_t count = std::min(next_count(), tx_budget_);
  const std::size_t taken = holding == Holding::none ? take(front, count) : take_record(front, count);
  if (tx_budget_ != kAll) tx_budget_ -= taken;
  return taken;
}

std::size_t MemoryLink::take(Bytes front, std::size_t count) {
  const std::size_t n = std::min(count, front.size());
  sent_.insert(sent_.end(), front.data(), front.data() + n);
  return n;
}

std::size_t MemoryLink::take_record(Bytes front, std::size_t count) {
  if (held_.empty() || holding == Holding::reference) hold(front.first(std::min(front.size(), record_size)));
  // A record leaves whole or not at all; references are let go one by one.
  std::size_t n = held_.size();
  if (count < n) n = holding == Holding::sealed ? 0 : count;
  sent_.insert(sent_.end(), held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(n));
  const Bytes rest = front.first(held_.size()).drop(n);
  hold(rest);
  return n;
}

void MemoryLink::close(How how) {
  check_held();
  if (how == How::graceful && (state_ == Link::up || state_ == Link::eof)) {
    if (!fin_) sent_at_fin_ = sent_.size();
    fin_ = true;
    held_.clear();
    return;
  }
  aborted_ = aborted_ || (how == How::abort && state_ != Link::idle);
  forget();
  state_ = Link::idle;
}

Deadline MemoryLink::next_deadline() const { return own_deadline; }

void ferry(MemoryLink& from, MemoryLink& to, std::size_t chunk) {
  const std::vector<std::uint8_t> bytes = from.take_sent();
  to.push(bytes, chunk);
  if (from.fin() || from.aborted()) to.push_eof();
}

}  // namespace whit::test
