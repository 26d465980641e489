/* Sizes of mbedTLS's inner structures, whose headers only a C compiler takes. */
#pragma once
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif
extern const size_t whit_mbedtls_in_buffer;
extern const size_t whit_mbedtls_out_buffer;
extern const size_t whit_mbedtls_handshake;
extern const size_t whit_mbedtls_transform;
#ifdef __cplusplus
}
#endif
