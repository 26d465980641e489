#include "posix/resolver.hpp"

#include <netdb.h>
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <cstring>

#include "posix/system.hpp"

namespace whit::posix {
namespace {

constexpr std::size_t kMaxName = 253;           // of a DNS name in text form
constexpr std::size_t kStackSize = 256 * 1024;  // getaddrinfo and the modules it loads; only touched pages count
constexpr std::size_t kFamilyShare = kMaxAddresses / 2;

//            start()            thread ends             result()
//   vacant ----------> running -------------> finished ----------> vacant
//                         | abandon()                                ^
//                         v               thread ends                |
//                     abandoned -------------------------------------+
//
// Whoever moves a slot out of a state with compare-exchange owns what comes with it: the thread the writing end of the
// pipe, the loop the reading end.
enum class State : int { vacant, starting, running, finished, abandoned };

struct Slot {
  std::atomic<State> state{State::vacant};
  int read_fd = -1;
  int write_fd = -1;
  std::uint16_t port = 0;
  Error error = Error::none;
  AddressList found;
  char host[kMaxName + 1] = {};
};

Slot slots[kResolverSlots];

Error error_from_lookup(int code, int system_code) {
  switch (code) {
    case EAI_NONAME:
#if defined(EAI_NODATA) && EAI_NODATA != EAI_NONAME
    case EAI_NODATA:
#endif
#if defined(EAI_ADDRFAMILY)
    case EAI_ADDRFAMILY:
#endif
      return Error::name_not_found;
    case EAI_MEMORY: return Error::out_of_resources;
    case EAI_SYSTEM:
      return error_from_lookup(system_code == ENOMEM || system_code == EMFILE ? EAI_MEMORY : EAI_AGAIN, 0);
    default: return Error::name_lookup_failed;
  }
}

std::size_t count_family(const addrinfo* list, int family) {
  std::size_t count = 0;
  for (; list != nullptr; list = list->ai_next) count += list->ai_family == family ? 1 : 0;
  return count;
}

// How many of `own` addresses to keep, so that a long list of one family does not push out the other.
std::size_t share(std::size_t own, std::size_t other) {
  const std::size_t room = other < kFamilyShare ? kMaxAddresses - other : kFamilyShare;
  return own < room ? own : room;
}

// Keeps the system's order (RFC 6724) within each family.
void collect(const addrinfo* list, std::uint16_t port, AddressList& out) {
  const std::size_t total4 = count_family(list, AF_INET);
  const std::size_t total6 = count_family(list, AF_INET6);
  std::size_t left4 = share(total4, total6);
  std::size_t left6 = share(total6, total4);
  for (; list != nullptr; list = list->ai_next) {
    Address address{};
    if (list->ai_addrlen > sizeof address) continue;
    std::size_t& left = list->ai_family == AF_INET6 ? left6 : left4;
    if ((list->ai_family != AF_INET6 && list->ai_family != AF_INET) || left == 0) continue;
    std::memcpy(&address, list->ai_addr, list->ai_addrlen);
    address.set_port(port);
    if (out.add(address)) --left;
  }
}

void look_up(Slot& slot) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int code = ::getaddrinfo(slot.host, nullptr, &hints, &list);
  if (code != 0) {
    slot.error = error_from_lookup(code, errno);
    return;
  }
  collect(list, slot.port, slot.found);
  ::freeaddrinfo(list);
  slot.error = slot.found.count > 0 ? Error::none : Error::name_not_found;
}

void* thread_main(void* argument) {
  Slot& slot = *static_cast<Slot*>(argument);
  look_up(slot);
  int fd = slot.write_fd;  // read before the slot may have a new owner
  State expected = State::running;
  if (!slot.state.compare_exchange_strong(expected, State::finished)) slot.state.store(State::vacant);
  // The byte, not the closing, wakes the loop: a forked child may hold a copy of this end. Signals are blocked here, so
  // an abandoned pipe raises nothing.
  const char byte = 1;
  [[maybe_unused]] const ssize_t n = ::write(fd, &byte, 1);
  ::close(fd);
  return nullptr;
}

bool open_pipe(Slot& slot) {
  int fds[2];
  if (::pipe(fds) != 0) return false;
  for (const int fd : fds) {
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
  }
  slot.read_fd = fds[0];
  slot.write_fd = fds[1];
  return true;
}

bool start_thread(Slot& slot) {
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return false;
  ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  ::pthread_attr_setstacksize(&attributes, kStackSize);
  // The application's signals are not this thread's business: it inherits a mask that blocks them all.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  const int code = ::pthread_create(&thread, &attributes, &thread_main, &slot);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::pthread_attr_destroy(&attributes);
  return code == 0;
}

// On failure everything is as it was.
bool launch(Slot& slot) {
  if (!open_pipe(slot)) return false;
  slot.state.store(State::running);
  if (start_thread(slot)) return true;
  ::close(slot.read_fd);
  ::close(slot.write_fd);
  return false;
}

class SystemResolver final : public Resolver {
 public:
  int start(std::string_view host, std::uint16_t port, Error& error) override {
    error = Error::none;
    if (host.empty() || host.size() > kMaxName || std::memchr(host.data(), '\0', host.size()) != nullptr) {
      error = Error::name_not_found;
      return kBusy;
    }
    const int ticket = claim();
    if (ticket < 0) return kBusy;
    Slot& slot = slots[ticket];
    std::memcpy(slot.host, host.data(), host.size());
    slot.host[host.size()] = '\0';
    slot.port = port;
    slot.error = Error::none;
    slot.found = {};
    if (launch(slot)) return ticket;
    slot.state.store(State::vacant);
    error = Error::out_of_resources;
    return kBusy;
  }

  bool result(int ticket, AddressList& out, Error& error) override {
    Slot& slot = slots[ticket];
    if (slot.state.load() != State::finished) return false;
    out = slot.found;
    error = slot.error;
    release(slot);
    return true;
  }

  void abandon(int ticket) override {
    Slot& slot = slots[ticket];
    const int fd = slot.read_fd;  // after the exchange the slot may be the thread's, or somebody else's
    State expected = State::running;
    if (slot.state.compare_exchange_strong(expected, State::abandoned)) {
      ::close(fd);
    } else {
      release(slot);
    }
  }

  [[nodiscard]] int wake_fd(int ticket) const override { return slots[ticket].read_fd; }

 private:
  static int claim() {
    for (std::size_t i = 0; i < kResolverSlots; ++i) {
      State expected = State::vacant;
      if (slots[i].state.compare_exchange_strong(expected, State::starting)) return static_cast<int>(i);
    }
    return kBusy;
  }

  static void release(Slot& slot) {
    ::close(slot.read_fd);
    slot.state.store(State::vacant);
  }
};

SystemResolver the_resolver;

}  // namespace

Resolver& system_resolver() { return the_resolver; }

}  // namespace whit::posix
