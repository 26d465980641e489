/* The network of a board that has none but its serial port: SLIP (RFC 1055) on one side, the host's loopback on the other.
 *
 *   slip_gateway SOCKET [HOST_PORT:GUEST_PORT]
 *
 *   lwIP on the board -- serial port -- QEMU -- SOCKET -- this program -- libslirp -- 127.0.0.1
 *
 * It says "ready" when QEMU may be started with `-chardev socket,id=s0,path=SOCKET -serial chardev:s0`, and ends with it. As
 * with QEMU's own user network the host is 192.0.2.2 and the board 192.0.2.15; what arrives at HOST_PORT of 127.0.0.1 goes to
 * GUEST_PORT of the board. libslirp speaks Ethernet, so a header is put before each packet of the board and taken from each of
 * the host's. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <slirp/libslirp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { END = 0xC0, ESC = 0xDB, ESC_END = 0xDC, ESC_ESC = 0xDD, ETHERNET = 14, LARGEST = 1514, MOST_POLLS = 64, MTU = 296 };

struct gateway {
  Slirp *slirp;
  int line;                           /* the serial port */
  uint8_t frame[LARGEST];             /* from the board: room for the Ethernet header, then the packet so far */
  size_t frame_size;
  int escaped;
  uint8_t queue[64 * 1024];           /* to the board, encoded */
  size_t queued;
  struct pollfd polls[MOST_POLLS];
  nfds_t poll_count;
};

static const uint8_t board_mac[6] = {0x52, 0x55, 0x0A, 0x00, 0x02, 0x0F};
static const uint8_t everyone[6] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

static struct in_addr address(const char *text) {
  struct in_addr result;
  inet_pton(AF_INET, text, &result);
  return result;
}

/* A packet goes into the queue as a whole or not at all: TCP repeats what is missing. */
static void encode(struct gateway *self, const uint8_t *packet, size_t size) {
  if (self->queued + 2 * size + 2 > sizeof self->queue) return;
  uint8_t *out = self->queue + self->queued;
  *out++ = END;
  for (size_t i = 0; i < size; ++i) {
    const uint8_t byte = packet[i];
    if (byte == END || byte == ESC) {
      *out++ = ESC;
      *out++ = byte == END ? ESC_END : ESC_ESC;
    } else {
      *out++ = byte;
    }
  }
  *out++ = END;
  self->queued = (size_t)(out - self->queue);
}

static ssize_t send_packet(const void *data, size_t size, void *opaque) {
  const uint8_t *frame = data;
  /* Only IPv4 concerns the board: libslirp was told at the start where it is, so its ARP needs no answer. */
  if (size > ETHERNET && frame[12] == 0x08 && frame[13] == 0x00) encode(opaque, frame + ETHERNET, size - ETHERNET);
  return (ssize_t)size;
}

static void pass_packet(struct gateway *self) {
  if (self->frame_size > ETHERNET) {
    memcpy(self->frame, everyone, 6);
    memcpy(self->frame + 6, board_mac, 6);
    self->frame[12] = 0x08;
    self->frame[13] = 0x00;
    slirp_input(self->slirp, self->frame, (int)self->frame_size);
  }
  self->frame_size = ETHERNET;
}

static void decode(struct gateway *self, uint8_t byte) {
  if (byte == END) {
    self->escaped = 0;
    pass_packet(self);
    return;
  }
  if (byte == ESC) {
    self->escaped = 1;
    return;
  }
  if (self->escaped) byte = byte == ESC_END ? END : ESC;
  self->escaped = 0;
  if (self->frame_size < LARGEST) self->frame[self->frame_size++] = byte;
}

/* libslirp learns the board's address as from any machine that comes up: by an ARP request for itself (RFC 5227). */
static void announce(struct gateway *self) {
  uint8_t arp[42] = {0};
  const struct in_addr board = address("192.0.2.15");
  memcpy(arp, everyone, 6);
  memcpy(arp + 6, board_mac, 6);
  memcpy(arp + 12, "\x08\x06\x00\x01\x08\x00\x06\x04\x00\x01", 10);
  memcpy(arp + 22, board_mac, 6);
  memcpy(arp + 28, &board, 4);
  memcpy(arp + 38, &board, 4);
  slirp_input(self->slirp, arp, sizeof arp);
}

static void guest_error(const char *text, void *opaque) {
  (void)opaque;
  fprintf(stderr, "slip_gateway: %s\n", text);
}

static int64_t now_ns(void *opaque) {
  struct timespec now;
  (void)opaque;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Timers are for IPv6 alone, and descriptors are asked for before each sleep. */
static void *timer_new(SlirpTimerCb callback, void *context, void *opaque) {
  (void)callback, (void)context;
  return opaque;
}
static void timer_free(void *timer, void *opaque) { (void)timer, (void)opaque; }
static void timer_mod(void *timer, int64_t at, void *opaque) { (void)timer, (void)at, (void)opaque; }
static void register_fd(int fd, void *opaque) { (void)fd, (void)opaque; }
static void notify(void *opaque) { (void)opaque; }

static const SlirpCb callbacks = {.send_packet = send_packet,
                                  .guest_error = guest_error,
                                  .clock_get_ns = now_ns,
                                  .timer_new = timer_new,
                                  .timer_free = timer_free,
                                  .timer_mod = timer_mod,
                                  .register_poll_fd = register_fd,
                                  .unregister_poll_fd = register_fd,
                                  .notify = notify};

static int add_poll(int fd, int events, void *opaque) {
  struct gateway *self = opaque;
  if (self->poll_count == MOST_POLLS) return -1;
  short wanted = 0;
  if (events & SLIRP_POLL_IN) wanted |= POLLIN;
  if (events & SLIRP_POLL_OUT) wanted |= POLLOUT;
  if (events & SLIRP_POLL_PRI) wanted |= POLLPRI;
  self->polls[self->poll_count] = (struct pollfd){.fd = fd, .events = wanted};
  return (int)self->poll_count++;
}

static int get_events(int index, void *opaque) {
  const struct gateway *self = opaque;
  if (index < 0) return 0;
  const short events = self->polls[index].revents;
  int result = 0;
  if (events & POLLIN) result |= SLIRP_POLL_IN;
  if (events & POLLOUT) result |= SLIRP_POLL_OUT;
  if (events & POLLPRI) result |= SLIRP_POLL_PRI;
  if (events & POLLERR) result |= SLIRP_POLL_ERR;
  if (events & POLLHUP) result |= SLIRP_POLL_HUP;
  return result;
}

/* False: QEMU has gone. */
static int serve_line(struct gateway *self) {
  uint8_t bytes[4096];
  const ssize_t n = read(self->line, bytes, sizeof bytes);
  if (n == 0 || (n < 0 && errno != EAGAIN)) return 0;
  for (ssize_t i = 0; i < n; ++i) decode(self, bytes[i]);
  const ssize_t written = write(self->line, self->queue, self->queued);
  if (written > 0) {
    self->queued -= (size_t)written;
    memmove(self->queue, self->queue + written, self->queued);
  }
  return 1;
}

static void run(struct gateway *self) {
  do {
    uint32_t timeout = 1000;
    self->poll_count = 1;
    slirp_pollfds_fill(self->slirp, &timeout, add_poll, self);
    const short events = self->queued > 0 ? POLLIN | POLLOUT : POLLIN;
    self->polls[0] = (struct pollfd){.fd = self->line, .events = events};
    const int ready = poll(self->polls, self->poll_count, (int)timeout);
    slirp_pollfds_poll(self->slirp, ready < 0, get_events, self);
  } while (serve_line(self));
}

/* The one connection that QEMU makes to the socket. */
static int wait_for_qemu(const char *path) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  if (strlen(path) >= sizeof name.sun_path) return -1;
  strcpy(name.sun_path, path);
  unlink(path);
  if (bind(listener, (struct sockaddr *)&name, sizeof name) != 0 || listen(listener, 1) != 0) return -1;
  puts("ready");
  fflush(stdout);
  const int line = accept(listener, NULL, NULL);
  close(listener);
  if (line >= 0) fcntl(line, F_SETFL, O_NONBLOCK);
  return line;
}

int main(int argc, char **argv) {
  static struct gateway self;
  if (argc < 2 || argc > 3) {
    fprintf(stderr, "usage: slip_gateway SOCKET [HOST_PORT:GUEST_PORT]\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN); /* a peer that is gone must not end this */
  const SlirpConfig config = {.version = 1,
                              .in_enabled = true,
                              .vnetwork = address("192.0.2.0"),
                              .vnetmask = address("255.255.255.0"),
                              .vhost = address("192.0.2.2"),
                              .vdhcp_start = address("192.0.2.15"),
                              .vnameserver = address("192.0.2.3"),
                              .if_mtu = MTU, /* usual for SLIP (RFC 1144 5.2); libslirp does not heed the MSS option */
                              .if_mru = MTU};
  self.frame_size = ETHERNET;
  self.slirp = slirp_new(&config, &callbacks, &self);
  int host_port = 0, guest_port = 0;
  if (argc == 3 && (sscanf(argv[2], "%d:%d", &host_port, &guest_port) != 2 ||
                    slirp_add_hostfwd(self.slirp, 0, address("127.0.0.1"), host_port, address("192.0.2.15"), guest_port))) {
    fprintf(stderr, "slip_gateway: cannot forward %s\n", argv[2]);
    return 1;
  }
  self.line = wait_for_qemu(argv[1]);
  if (self.line < 0) {
    perror(argv[1]);
    return 1;
  }
  announce(&self);
  run(&self);
  slirp_cleanup(self.slirp);
  return 0;
}
