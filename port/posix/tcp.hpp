// TCP over non-blocking BSD sockets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "posix/dialler.hpp"
#include "posix/resolver.hpp"
#include "posix/system.hpp"
#include "whit/bytes.hpp"
#include "whit/time.hpp"
#include "whit/transport.hpp"

namespace whit::posix {

struct TcpOptions {
  std::uint32_t attempt_delay_ms = 250;      ///< Between the starts of two attempts (RFC 8305 8); at least 10.
  std::uint32_t attempt_timeout_ms = 10000;  ///< For one address; 0: as long as the system tries (minutes).
  Resolver* resolver = nullptr;              ///< Asked for names; system_resolver() if null.
};

/// A TCP connection. Names are looked up at each connect(), in the background; IP literals are not looked up. All
/// addresses are tried, several at a time, and the link fails only after the last (RFC 8305).
///
/// It receives into the caller's buffer: the kernel writes each byte where it is read. A buffer that is full is the
/// back-pressure: nothing more is taken from the kernel, whose window then closes towards the peer.
///
/// All calls come from one thread; different objects may live in different threads.
class Tcp final : public Transport {
 public:
  static constexpr std::size_t kMaxPollFds = kMaxAddresses + 1;

  /// `rx_buffer`: any size from 1 up; 2 to 16 KiB are usual. It must outlive the object.
  explicit Tcp(MutBytes rx_buffer, const TcpOptions& options = {});
  ~Tcp() { close(How::abort); }
  Tcp(const Tcp&) = delete;
  Tcp& operator=(const Tcp&) = delete;

  /// Takes over a connected socket, from TcpListener::accept() for instance, and whatever was there before is closed.
  /// poll() then says up, or failed if it is not a socket.
  void adopt(int fd);

  /// Sleeps until there is news, the deadline passes or a signal handler has run. False when the deadline passed
  /// without news. The transport's own deadlines count as news, so the core's next_deadline() is all one has to give.
  bool wait(Deadline deadline);

  /// For loops with more descriptors than this one: fills in what to wait for and returns how many entries (at most
  /// kMaxPollFds, possibly none). To be asked anew before each sleep; next_deadline() must be honoured as well.
  std::size_t poll_fds(Span<pollfd> out) const;

  // Transport
  Status connect(std::string_view host, std::uint16_t port) override;
  Link poll(Instant now) override;
  MutBytes rx() override { return {buffer_.data() + begin_, end_ - begin_}; }
  void rx_consume(std::size_t n) override;
  std::size_t tx(Bytes front) override;
  /// Graceful before the link is up is the same as abort: nothing was taken yet.
  void close(How how) override;
  [[nodiscard]] Error error() const override;
  [[nodiscard]] Deadline next_deadline() const override;

 private:
  enum class Phase : std::uint8_t { idle, resolving, dialling, established };

  void resolve(Instant now);
  void start_lookup(Instant now);
  bool ended_lookup(Instant now, AddressList& found, Error& error);
  void take_late(Instant now);
  void end_lookup();
  void dial(Instant now);
  void establish(int fd);
  void receive();
  void make_room();
  void received(std::size_t n, std::size_t asked);
  void fail(Error error);
  void reset();
  [[nodiscard]] Link state() const;
  [[nodiscard]] bool has_room() const { return end_ - begin_ < buffer_.size(); }
  [[nodiscard]] bool reading() const { return fd_ >= 0 && !eof_ && has_room(); }
  [[nodiscard]] Deadline resolving_deadline() const;

  //   0        begin_        end_      size
  //   | consumed | rx(): unread | free |      begin_ == end_: both return to 0
  MutBytes buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;

  Resolver* resolver_;
  Dialler dialler_;
  std::string_view host_;
  std::uint16_t port_ = 0;
  int ticket_ = Resolver::kBusy;  // of the lookup under way, also while the addresses that came early are dialled
  Instant retry_at_{};            // when to ask the resolver again
  Instant early_at_{};            // when to dial those
  bool retry_ = false;            // retry_at_ is meant
  bool early_ = false;            // early_at_ is meant

  int fd_ = -1;
  Phase phase_ = Phase::idle;
  Link reported_ = Link::idle;      // what poll() said last
  Error error_ = Error::none;       // the link is dead
  Error send_error_ = Error::none;  // sending is dead; what was received before comes first
  bool eof_ = false;                // the peer's end was seen
  bool ended_ = false;              // our direction is shut
  bool blocked_ = false;            // tx() could not take all
  bool more_ = false;               // the kernel may hold more than fitted
  mutable bool drained_ = false;    // the kernel held less than asked for: nothing to be gained from the next poll()
};

}  // namespace whit::posix
