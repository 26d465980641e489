/* What lwIP wants of the compiler: its defaults do, but for a failed assertion, which ends the test. */
#ifndef WHIT_TEST_CC_H
#define WHIT_TEST_CC_H

#include <stdio.h>
#include <stdlib.h>

#define LWIP_PLATFORM_ASSERT(text) \
  do {                             \
    fprintf(stderr, "lwIP: %s\n", text); \
    abort();                       \
  } while (0)

#endif
