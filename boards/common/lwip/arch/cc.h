/* What lwIP wants of the compiler: its defaults do. */
#ifndef WHIT_BOARD_CC_H
#define WHIT_BOARD_CC_H

#ifdef __cplusplus
extern "C" {
#endif
unsigned whit_board_random(void);
#ifdef __cplusplus
}
#endif
#define LWIP_RAND() whit_board_random()
#define LWIP_NO_CTYPE_H 1
#define LWIP_NO_INTTYPES_H 1
#define X8_F "02x"
#define U16_F "u"
#define S16_F "d"
#define X16_F "x"
#define U32_F "u"
#define S32_F "d"
#define X32_F "x"
#define SZT_F "u"
#define LWIP_PLATFORM_DIAG(x)
#define LWIP_PLATFORM_ASSERT(x)

#endif
