/* board.hpp for C. */
#ifndef WHIT_BOARD_H
#define WHIT_BOARD_H

#include "whit/whit.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Clock, console and network, before all else. */
void whit_board_start(int argc, char **argv);
/* The value of "key=value" among the arguments, ended by NUL and cut if it must be; `otherwise` if there is none. */
const char *whit_board_argument(const char *key, char *out, size_t size, const char *otherwise);
uint32_t whit_board_now_ms(void);
/* For whit_config. */
bool whit_board_entropy(void *context, uint8_t *out, size_t size);
whit_transport *whit_board_tcp(void);
/* To the console. */
void whit_board_print(const char *text, size_t size);
/* Sleeps until the network has news, or so long (see whit_sleep_ms()). */
void whit_board_wait(uint32_t ms);
/* The verdict, and the end; does not return. */
void whit_board_end(bool passed);

#ifdef __cplusplus
}
#endif
#endif
