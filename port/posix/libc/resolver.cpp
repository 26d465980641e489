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

// A slot has up to three users: the loop, from start() to result() or abandon(); the thread that asks for both
// families; and the one that asks for IPv4 only. It is free when the last of them has gone. Each thread has a writing
// end of the pipe of its own, so that none outlives its descriptor.
struct Slot {
  std::atomic<int> users{0};
  std::atomic<bool> finished{false};  // found and error hold
  std::atomic<bool> early{false};     // early_found holds, and nobody has taken it
  int read_fd = -1;
  int write_fd = -1;
  int early_fd = -1;
  std::uint16_t port = 0;
  Error error = Error::none;
  AddressList found;
  AddressList early_found;
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

Error look_up(const Slot& slot, int family, AddressList& found) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int code = ::getaddrinfo(slot.host, nullptr, &hints, &list);
  if (code != 0) return error_from_lookup(code, errno);
  collect(list, slot.port, found);
  ::freeaddrinfo(list);
  return found.count > 0 ? Error::none : Error::name_not_found;
}

// The byte, not the closing, wakes the loop: a forked child may hold a copy of this end. Signals are blocked here, so a
// pipe that nobody reads any more raises nothing.
void wake(int fd) {
  const char byte = 1;
  [[maybe_unused]] const ssize_t n = ::write(fd, &byte, 1);
}

void* both_families(void* argument) {
  Slot& slot = *static_cast<Slot*>(argument);
  slot.error = look_up(slot, AF_UNSPEC, slot.found);
  slot.finished.store(true);
  wake(slot.write_fd);
  ::close(slot.write_fd);
  slot.users.fetch_sub(1);
  return nullptr;
}

void* one_family(void* argument) {
  Slot& slot = *static_cast<Slot*>(argument);
  if (look_up(slot, AF_INET, slot.early_found) == Error::none && !slot.finished.load()) {
    slot.early.store(true);
    wake(slot.early_fd);
  }
  ::close(slot.early_fd);
  slot.users.fetch_sub(1);
  return nullptr;
}

bool open_pipe(Slot& slot) {
  int fds[2];
  if (::pipe(fds) != 0) return false;
  slot.read_fd = fds[0];
  slot.write_fd = fds[1];
  slot.early_fd = ::dup(fds[1]);
  for (const int fd : {slot.read_fd, slot.write_fd, slot.early_fd}) {
    if (fd < 0) continue;
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
  }
  return true;
}

bool start_thread(Slot& slot, void* (*run)(void*)) {
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return false;
  ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  ::pthread_attr_setstacksize(&attributes, kStackSize);
  // The application's signals are not this thread's business: it inherits a mask that blocks them all.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  slot.users.fetch_add(1);
  pthread_t thread;
  const int code = ::pthread_create(&thread, &attributes, run, &slot);
  if (code != 0) slot.users.fetch_sub(1);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::pthread_attr_destroy(&attributes);
  return code == 0;
}

// On failure everything is as it was.
bool launch(Slot& slot) {
  if (!open_pipe(slot)) return false;
  if (!start_thread(slot, &both_families)) {
    for (const int fd : {slot.read_fd, slot.write_fd, slot.early_fd}) ::close(fd);
    return false;
  }
  // Without this one nothing is lost but time.
  if (slot.early_fd >= 0 && !start_thread(slot, &one_family)) ::close(slot.early_fd);
  return true;
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
    slot.found = slot.early_found = {};
    slot.finished.store(false);
    slot.early.store(false);
    if (launch(slot)) return ticket;
    slot.users.fetch_sub(1);
    error = Error::out_of_resources;
    return kBusy;
  }

  bool result(int ticket, AddressList& out, Error& error) override {
    Slot& slot = slots[ticket];
    if (!slot.finished.load()) return false;
    out = slot.found;
    error = slot.error;
    release(slot);
    return true;
  }

  bool early(int ticket, AddressList& out) override {
    Slot& slot = slots[ticket];
    // With the byte, which would wake the loop again and again; without it they are taken when it has come.
    char byte = 0;
    if (!slot.early.load() || ::read(slot.read_fd, &byte, 1) != 1) return false;
    slot.early.store(false);
    out = slot.early_found;
    return true;
  }

  void abandon(int ticket) override { release(slots[ticket]); }

  [[nodiscard]] int wake_fd(int ticket) const override { return slots[ticket].read_fd; }

 private:
  static int claim() {
    for (std::size_t i = 0; i < kResolverSlots; ++i) {
      int expected = 0;
      if (slots[i].users.compare_exchange_strong(expected, 1)) return static_cast<int>(i);
    }
    return kBusy;
  }

  static void release(Slot& slot) {
    ::close(slot.read_fd);
    slot.users.fetch_sub(1);
  }
};

SystemResolver the_resolver;

}  // namespace

Resolver& system_resolver() { return the_resolver; }

}  // namespace whit::posix
