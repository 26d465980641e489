/* The POSIX port for C: see whit/whit.h. */
#ifndef WHIT_POSIX_H
#define WHIT_POSIX_H

#include "whit/whit.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WHIT_POSIX_TCP_SIZE (512 + 32 * sizeof(void *))
typedef union {
  uint64_t align;
  uint8_t bytes[WHIT_POSIX_TCP_SIZE];
} whit_posix_tcp;

/* TCP over a socket; it receives into `rx`, 2 to 16 KiB are usual. */
whit_transport *whit_posix_tcp_init(whit_posix_tcp *storage, uint8_t *rx, size_t rx_size);
/* Sleeps until there is news for this transport, or so long (see whit_sleep_ms()). */
void whit_posix_wait(whit_posix_tcp *tcp, uint32_t ms);
uint32_t whit_posix_now_ms(void);
/* The system's entropy, for whit_config. Not over lwIP's sockets: there it is yours to bring. */
bool whit_posix_entropy(void *context, uint8_t *out, size_t size);

#ifdef __cplusplus
}
#endif
#endif
