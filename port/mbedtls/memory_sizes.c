#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#include "mbedtls/memory_sizes.h"

#include <ssl_misc.h>

const size_t whit_mbedtls_in_buffer = MBEDTLS_SSL_IN_BUFFER_LEN;
const size_t whit_mbedtls_out_buffer = MBEDTLS_SSL_OUT_BUFFER_LEN;
const size_t whit_mbedtls_handshake = sizeof(mbedtls_ssl_handshake_params);
const size_t whit_mbedtls_transform = sizeof(mbedtls_ssl_transform);
