/* A client in C. It sends a message, shows what comes back, and comes back itself when the link is lost; it ends when the first
 * answer has arrived.
 *   url=ws://192.0.2.2:9001/  text=hello */
#include <string.h>

#include "board.h"

static uint8_t ring[256], message[128], refusal[64];

static void print(const char *text) { whit_board_print(text, strlen(text)); }

static void print_number(const char *before, uint32_t number, const char *after) {
  char digits[10];
  size_t at = sizeof digits;
  do {
    digits[--at] = (char)('0' + number % 10);
    number /= 10;
  } while (number != 0);
  print(before);
  whit_board_print(digits + at, sizeof digits - at);
  print(after);
}

int main(int argc, char **argv) {
  static whit_client client;
  static whit_config config;
  static char url[64], words[64];
  const char *text;
  whit_event event;
  bool answered = false;

  whit_board_start(argc, argv);
  text = whit_board_argument("text", words, sizeof words, "hello from C");
  config.transport = whit_board_tcp();
  config.entropy = whit_board_entropy;
  config.ring = ring;
  config.ring_size = sizeof ring;
  config.message = message;
  config.message_size = sizeof message;
  config.refusal = refusal;
  config.refusal_size = sizeof refusal;
  config.url = whit_board_argument("url", url, sizeof url, "ws://192.0.2.2:9001/");
  config.reconnect = true;
  config.first_delay_ms = 500;
  config.most_delay_ms = 5000;
  config.max_attempts = 10;
  whit_init(&client, &config);

  if (whit_start(&client, whit_board_now_ms()) != WHIT_OK) {
    print("this is no ws:// URL\n");
    whit_board_end(false);
  }
  for (;;) {
    while (whit_poll(&client, whit_board_now_ms(), &event)) {
      switch (event.type) {
        case WHIT_OPEN: whit_send_text(&client, text, strlen(text)); break;
        case WHIT_TEXT:
          print("< ");
          whit_board_print((const char *)event.data, event.size);
          print("\n");
          answered = true;
          whit_stop(&client, 1000, "thank you");
          break;
        case WHIT_ERROR: print_number("error: ", event.error, "\n"); break;
        case WHIT_CLOSE: print_number("closed with ", event.close_code, event.was_clean ? "\n" : ", not cleanly\n"); break;
        case WHIT_RETRY: print_number("again in ", event.delay_ms, " ms\n"); break;
        case WHIT_STOPPED: whit_board_end(answered); break;
        default: break;
      }
    }
    whit_board_wait(whit_sleep_ms(&client, whit_board_now_ms()));
  }
}
