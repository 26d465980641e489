/* A client in C: c_client URL [MESSAGE]. Sends a message, shows what comes back, and comes back itself when the link is
 * lost. Ends when the first answer has arrived: exit status 0. */
#include <stdio.h>
#include <string.h>

#include "posix/posix.h"

static uint8_t rx[4096], ring[512], message[4096], refusal[512];

int main(int argc, char **argv) {
  static whit_posix_tcp tcp;
  static whit_client client;
  static whit_config config;
  const char *text = argc > 2 ? argv[2] : "hello from C";
  whit_event event;
  int status;

  if (argc < 2) {
    fprintf(stderr, "usage: c_client ws://HOST:PORT/ [MESSAGE]\n");
    return 2;
  }
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ); /* whoever reads along sees each line when it happens */
  config.transport = whit_posix_tcp_init(&tcp, rx, sizeof rx);
  config.entropy = whit_posix_entropy;
  config.ring = ring;
  config.ring_size = sizeof ring;
  config.message = message;
  config.message_size = sizeof message;
  config.refusal = refusal;
  config.refusal_size = sizeof refusal;
  config.url = argv[1];
  config.reconnect = true;
  config.first_delay_ms = 500;
  config.most_delay_ms = 5000;
  config.max_attempts = 10;
  whit_init(&client, &config);

  status = whit_start(&client, whit_posix_now_ms());
  if (status != WHIT_OK) {
    fprintf(stderr, "c_client: %s\n", whit_status_text(status));
    return 2;
  }
  for (status = 1;;) {
    while (whit_poll(&client, whit_posix_now_ms(), &event)) {
      switch (event.type) {
        case WHIT_OPEN: whit_send_text(&client, text, strlen(text)); break;
        case WHIT_TEXT:
          printf("< %.*s\n", (int)event.size, (const char *)event.data);
          status = 0;
          whit_stop(&client, 1000, "thank you");
          break;
        case WHIT_ERROR: fprintf(stderr, "%s\n", whit_error_text(event.error)); break;
        case WHIT_CLOSE: printf("closed with %u%s\n", event.close_code, event.was_clean ? "" : ", not cleanly"); break;
        case WHIT_RETRY: printf("attempt %u in %u ms\n", (unsigned)event.attempt, (unsigned)event.delay_ms); break;
        case WHIT_STOPPED: return status;
        default: break;
      }
    }
    whit_posix_wait(&tcp, whit_sleep_ms(&client, whit_posix_now_ms()));
  }
}
