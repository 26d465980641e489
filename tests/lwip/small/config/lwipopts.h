/* As the other configuration, with pbufs that hold a part of a segment, so that chains are met everywhere, and with a lock
 * of the user's. */
#ifndef WHIT_TEST_SMALL_LWIPOPTS_H
#define WHIT_TEST_SMALL_LWIPOPTS_H

#define PBUF_POOL_BUFSIZE 592
#define PBUF_POOL_SIZE 96

#ifdef __cplusplus
extern "C" {
#endif
void whit_test_lock(void);
void whit_test_unlock(void);
#ifdef __cplusplus
}
#endif
#define WHIT_LWIP_LOCK() whit_test_lock()
#define WHIT_LWIP_UNLOCK() whit_test_unlock()

#include "../../config/lwipopts.h"

#endif
