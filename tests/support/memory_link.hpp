// A Transport in memory whose far end is the test: it scripts every byte, stall and failure, and checks what the
// contract of the seam asks of the caller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "support/block.hpp"
#include "whit/transport.hpp"

namespace whit::test {

/// What becomes of bytes that were offered and not taken yet.
enum class Holding : std::uint8_t {
  none,       ///< Taken bytes are copied; the others may change.
  sealed,     ///< As TLS: what was offered when it stalled is a record already, taken as a whole later.
  reference,  ///< As a no-copy TCP: bytes on their way are referred to until they are acknowledged.
};

class MemoryLink final : public Transport {
 public:
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

  MemoryLink() = default;
  MemoryLink(const MemoryLink&) = delete;
  MemoryLink& operator=(const MemoryLink&) = delete;
  /// Ends the program if the caller broke the contract and nobody looked at violations().
  ~MemoryLink();

  // ---- the script: before or between any calls

  bool secure_flag = false;
  Placement placement = Placement::heap;
  Holding holding = Holding::none;
  std::size_t record_size = 64;       ///< The most that is sealed or referred to at once.
  unsigned connect_polls = 0;         ///< So many polls say `connecting` before `up`.
  Error connect_error = Error::none;  ///< Dialling ends in this failure instead of `up`.
  bool refuse_connect = false;        ///< connect() itself returns transport_failed.
  Deadline own_deadline = Deadline::never();

  /// How many bytes tx() takes in each call, again and again; 0 is a stall. Empty: everything.
  void set_tx_schedule(std::vector<std::size_t> counts);
  /// tx() takes so many bytes more and then stalls, whatever the schedule says.
  void set_tx_budget(std::size_t bytes) { tx_budget_ = bytes; }
  /// The script makes tx() or connect() wait, so that any poll may find news.
  [[nodiscard]] bool stalls() const {
    return !tx_schedule_.empty() || tx_budget_ != kAll || polls_left_ != 0 || holding != Holding::none;
  }
  /// The nth call (from 1) of connect(), poll() or tx() from now on fails, and the link with it. 0: none.
  void fail_operation(std::size_t nth, Error error = Error::connection_reset);

  /// The far end sends bytes: one rx() view for each chunk; `chunk` 0 hands them out whole.
  void push(Bytes bytes, std::size_t chunk = 0);
  void push(std::string_view bytes, std::size_t chunk = 0) { push(as_bytes(bytes), chunk); }
  /// The far end ends its direction behind what it sent.
  void push_eof() { end_ = End::eof; }
  /// The far end resets the link behind what it sent.
  void push_reset(Error error = Error::connection_reset);
  /// An accepted connection: up without connect().
  void adopt();

  // ---- what the caller did

  [[nodiscard]] const std::vector<std::uint8_t>& sent() const { return sent_; }
  std::vector<std::uint8_t> take_sent();
  [[nodiscard]] bool fin() const { return fin_; }  ///< close(graceful) on a living link.
  [[nodiscard]] std::size_t sent_at_fin() const { return sent_at_fin_; }
  [[nodiscard]] bool tx_behind_fin() const { return tx_behind_fin_; }  ///< Something was offered behind that end.
  [[nodiscard]] bool aborted() const { return aborted_; }              ///< close(abort) on a link that was not idle.
  [[nodiscard]] Link state() const { return state_; }
  [[nodiscard]] const std::string& host() const { return host_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::size_t connects() const { return connects_; }
  [[nodiscard]] std::size_t operations() const { return operations_; }  ///< connect, poll and tx calls.
  [[nodiscard]] std::size_t tx_calls() const { return tx_calls_; }
  [[nodiscard]] std::size_t unread() const;  ///< Bytes pushed and not consumed.
  /// Breaches of the contract so far; looking at them takes them.
  std::vector<std::string> violations();

  // ---- Transport

  Status connect(std::string_view host, std::uint16_t port) override;
  Link poll(Instant now) override;
  MutBytes rx() override;
  void rx_consume(std::size_t n) override;
  std::size_t tx(Bytes front) override;
  [[nodiscard]] std::size_t tx_held() const override { return held_.size(); }
  void close(How how) override;
  [[nodiscard]] Error error() const override { return error_; }
  [[nodiscard]] Deadline next_deadline() const override;
  [[nodiscard]] bool secure() const override { return secure_flag; }

 private:
  enum class End : std::uint8_t { none, eof, reset };

  bool fails_now();
  void fail(Error error);
  void relocate();
  void forget();
  std::size_t next_count();
  std::size_t take(Bytes front, std::size_t count);
  std::size_t take_record(Bytes front, std::size_t count);
  void hold(Bytes front);
  void check_held();
  void complain(const char* what);

  Link state_ = Link::idle;
  Error error_ = Error::none;
  End end_ = End::none;
  Error reset_error_ = Error::none;
  std::deque<std::vector<std::uint8_t>> inbox_;
  std::size_t waiting_ = 0;   // bytes in inbox_
  Block current_;             // the chunk that rx() shows
  std::size_t consumed_ = 0;  // of current_
  std::vector<std::size_t> tx_schedule_;
  std::size_t tx_next_ = 0;
  std::size_t tx_budget_ = kAll;
  std::size_t fail_in_ = 0;
  Error fail_error_ = Error::none;
  std::vector<std::uint8_t> held_;  // a copy of what must come again
  const std::uint8_t* held_at_ = nullptr;
  std::vector<std::uint8_t> sent_;
  std::size_t sent_at_fin_ = 0;
  std::string host_;
  std::uint16_t port_ = 0;
  unsigned polls_left_ = 0;
  std::size_t connects_ = 0;
  std::size_t operations_ = 0;
  std::size_t tx_calls_ = 0;
  bool fin_ = false;
  bool tx_behind_fin_ = false;
  bool aborted_ = false;
  std::vector<std::string> violations_;
};

/// Carries what `from` has sent to `to`, in chunks of `chunk` bytes (0: whole), and its end behind it.
void ferry(MemoryLink& from, MemoryLink& to, std::size_t chunk = 0);

}  // namespace whit::test
