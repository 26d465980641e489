/* whit for C: a client that comes back by itself. The same machine as the C++ Session over a WebSocket, with its rules: nothing
 * blocks, nothing calls back, no heap. Storage is the caller's and of a size known at compile time; objects are made in it
 * by the _init functions and need no end. What is passed by pointer is kept by reference, except where said. */
#ifndef WHIT_H
#define WHIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A transport: made by a port (whit_posix_tcp_init()), of the application's own functions by whit_transport_init(), or
 * in C++ from any whit::Transport, such as mbedtls::Tls for wss://: (whit_transport *)(whit::Transport *)&tls. */
typedef struct whit_transport whit_transport;

typedef enum { WHIT_LINK_IDLE, WHIT_LINK_CONNECTING, WHIT_LINK_UP, WHIT_LINK_EOF, WHIT_LINK_FAILED } whit_link;

/* The contract is that of whit/transport.hpp, but for two members: tx() copies what it takes (tx_held() is 0), and there
 * are no timers of its own (next_deadline() is never). All functions are needed. */
typedef struct {
  void *context;
  bool (*connect)(void *context, const char *host, size_t host_size, uint16_t port);
  whit_link (*poll)(void *context, uint32_t now_ms);
  uint8_t *(*rx)(void *context, size_t *size);
  void (*rx_consume)(void *context, size_t size);
  size_t (*tx)(void *context, const uint8_t *data, size_t size);
  void (*close)(void *context, bool abort);
  uint8_t (*error)(void *context); /* a code of whit/error.hpp; 0 if none */
  bool secure;
} whit_transport_functions;

#define WHIT_TRANSPORT_SIZE (2 * sizeof(void *))
typedef union {
  uint64_t align;
  uint8_t bytes[WHIT_TRANSPORT_SIZE];
} whit_transport_storage;

/* `functions` must outlive the transport. */
whit_transport *whit_transport_init(whit_transport_storage *storage, const whit_transport_functions *functions);

/* Fills all of `out` with strong random bytes, or returns false, upon which nothing is sent. */
typedef bool (*whit_entropy)(void *context, uint8_t *out, size_t size);

typedef struct {
  const char *name;
  const char *value;
} whit_header;

typedef struct {
  whit_transport *transport;
  whit_entropy entropy;
  void *entropy_context;
  uint8_t *ring; /* what waits to be sent; 131 bytes and more, usually 512 */
  size_t ring_size;
  uint8_t *message; /* whole messages are put together here; a larger one closes the link with 1009 */
  size_t message_size;
  uint8_t *refusal; /* what a server says when it refuses: for Retry-After and the text; may be null */
  size_t refusal_size;

  const char *url;
  const char *const *subprotocols; /* may be null */
  size_t subprotocol_count;        /* at most 8, or whit_start() says WHIT_BAD_SUBPROTOCOL */
  const whit_header *headers;      /* may be null */
  size_t header_count;             /* at most 8, or whit_start() says WHIT_BAD_HEADER */
  const char *user, *password, *bearer; /* may be null */
  uint32_t connect_timeout_ms;          /* this and the next two, 0: the default of whit/options.hpp */
  uint32_t ping_interval_ms;
  uint32_t pong_timeout_ms;

  bool reconnect; /* false: one link, then WHIT_STOPPED */
  uint32_t first_delay_ms, most_delay_ms, stable_after_ms; /* 0: the default of whit/session.hpp */
  uint32_t max_attempts;                                   /* in a row; 0: for ever */
} whit_config;

typedef enum {
  WHIT_OPEN,    /* whit_protocol() is set */
  WHIT_TEXT,    /* data, size: a whole message, UTF-8 */
  WHIT_BINARY,  /* data, size */
  WHIT_PONG,    /* rtt_ms */
  WHIT_ERROR,   /* error, http_status; a close follows */
  WHIT_CLOSE,   /* close_code, was_clean; data, size: the peer's reason */
  WHIT_RETRY,   /* attempt, delay_ms; error, http_status, close_code: why */
  WHIT_STOPPED, /* nothing follows until whit_start() */
} whit_event_type;

/* data lives until the next whit_poll(). */
typedef struct {
  whit_event_type type;
  const uint8_t *data;
  size_t size;
  uint8_t error;
  uint16_t http_status;
  uint16_t close_code;
  bool was_clean;
  uint32_t rtt_ms;
  uint32_t attempt;
  uint32_t delay_ms;
} whit_event;

/* The codes of whit/status.hpp, which says what they mean. */
typedef enum {
  WHIT_OK,
  WHIT_WOULD_BLOCK,
  WHIT_CLOSED,
  WHIT_INVALID_STATE,
  WHIT_MESSAGE_TOO_BIG,
  WHIT_BAD_UTF8,
  WHIT_CONTROL_TOO_LONG,
  WHIT_BAD_CLOSE_CODE,
  WHIT_SIZE_MISMATCH,
  WHIT_BAD_URL,
  WHIT_WRONG_TRANSPORT,
  WHIT_BAD_SUBPROTOCOL,
  WHIT_BAD_HEADER,
  WHIT_BAD_ORIGIN,
  WHIT_BAD_CREDENTIALS,
  WHIT_RING_TOO_SMALL,
  WHIT_TRANSPORT_FAILED,
} whit_status;

#define WHIT_CLIENT_SIZE (1280 + 64 * sizeof(void *))
typedef union {
  uint64_t align;
  uint8_t bytes[WHIT_CLIENT_SIZE];
} whit_client;

/* `config` and all it refers to must outlive the client. Once for each storage. */
void whit_init(whit_client *client, const whit_config *config);
/* Wanted: connected. WHIT_OK, or a whit_status that tells what is wrong with the configuration. */
int whit_start(whit_client *client, uint32_t now_ms);
/* Wanted: stopped. `code`: 1000 or 3000-4999; `reason`: UTF-8, 123 bytes at most, or null. WHIT_OK, or a whit_status that
 * tells what is wrong with them, upon which nothing was changed. */
int whit_stop(whit_client *client, uint16_t code, const char *reason);
/* Moves everything forward; true if `event` was filled. Call it until it returns false, then sleep. */
bool whit_poll(whit_client *client, uint32_t now_ms, whit_event *event);
/* How long the loop may sleep, if nothing arrives: 0 not at all, UINT32_MAX for ever. */
uint32_t whit_sleep_ms(const whit_client *client, uint32_t now_ms);
/* WHIT_OK: queued, the bytes are copied. WHIT_WOULD_BLOCK: not now. Others as WebSocket::send(). */
int whit_send_text(whit_client *client, const char *text, size_t size);
int whit_send_binary(whit_client *client, const void *data, size_t size);
int whit_ping(whit_client *client);
bool whit_is_open(const whit_client *client);
/* W3C bufferedAmount. */
size_t whit_buffered_amount(const whit_client *client);
/* The agreed subprotocol, not ended by a zero; *size is 0 if there is none. */
const char *whit_protocol(const whit_client *client, size_t *size);

/* The name of a code, "connection_refused", and a sentence for a person. Not linked unless used. */
const char *whit_error_name(uint8_t error);
const char *whit_error_text(uint8_t error);
const char *whit_status_text(int status);

#ifdef __cplusplus
}
#endif
#endif
