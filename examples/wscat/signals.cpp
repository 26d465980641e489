#include "wscat/signals.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

namespace wscat {

namespace {

int g_pipe[2] = {-1, -1};
volatile sig_atomic_t g_seen = 0;

void on_signal(int) {
  const int saved = errno;
  g_seen = g_seen + 1;
  const char byte = 0;
  // A full pipe is as good as one byte in it.
  if (write(g_pipe[1], &byte, 1) < 0) errno = 0;
  errno = saved;
}

}  // namespace

int watch_signals() {
  if (pipe2(g_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return g_pipe[0];
}

int signals_seen() {
  char bytes[16];
  while (read(g_pipe[0], bytes, sizeof bytes) > 0) {
  }
  return g_seen;
}

}  // namespace wscat
