/* The mbedTLS 3.6 configuration that whit's TLS transport is tested with, on the host and on boards. It starts from the
 * smallest useful client (TLS 1.2, ECDHE-ECDSA with AES-128-GCM, P-256) and each WHIT_TLS_... switch adds one thing; what
 * each costs is in port/mbedtls/README.md. Use it as MBEDTLS_CONFIG_FILE, or take from it what your own file lacks. */
#ifndef WHIT_MBEDTLS_CONFIG_H
#define WHIT_MBEDTLS_CONFIG_H

/* 1 or 0 each; give them on the command line. */
#ifndef WHIT_TLS_1_3
#define WHIT_TLS_1_3 0 /* TLS 1.3 beside 1.2 */
#endif
#ifndef WHIT_TLS_RSA
#define WHIT_TLS_RSA 0 /* servers, or authorities, with RSA keys */
#endif
#ifndef WHIT_TLS_P384
#define WHIT_TLS_P384 0 /* authorities with P-384 keys and SHA-384 */
#endif
#ifndef WHIT_TLS_PSK
#define WHIT_TLS_PSK 0 /* pre-shared keys */
#endif
#ifndef WHIT_TLS_TICKETS
#define WHIT_TLS_TICKETS 0 /* session tickets (RFC 5077; RFC 8446 4.6.1); session IDs need nothing */
#endif
#ifndef WHIT_TLS_PEM
#define WHIT_TLS_PEM 0 /* certificates and keys as PEM, not only DER */
#endif
#ifndef WHIT_TLS_SERVER
#define WHIT_TLS_SERVER 0 /* the server role */
#endif
#ifndef WHIT_TLS_CHACHA
#define WHIT_TLS_CHACHA 0 /* ChaCha20-Poly1305, faster than AES where there is no AES hardware */
#endif
#ifndef WHIT_TLS_AES_256
#define WHIT_TLS_AES_256 0 /* AES-256-GCM beside AES-128-GCM */
#endif
#ifndef WHIT_TLS_FAST
#define WHIT_TLS_FAST 0 /* speed before flash: unrolled hashes, large tables */
#endif
#ifndef WHIT_TLS_RESTARTABLE
#define WHIT_TLS_RESTARTABLE 0 /* elliptic curve operations in slices (TLS 1.2), see Config::max_ecp_operations() */
#endif

/* What a record may hold, in bytes, each direction on its own. 16384 is the only size that is safe with every server;
 * less is offered to the server as max_fragment_length (RFC 6066 4) and record_size_limit (RFC 8449). */
#ifndef WHIT_TLS_IN_CONTENT_LEN
#define WHIT_TLS_IN_CONTENT_LEN 16384
#endif
#ifndef WHIT_TLS_OUT_CONTENT_LEN
#define WHIT_TLS_OUT_CONTENT_LEN 2048
#endif
#define MBEDTLS_SSL_IN_CONTENT_LEN WHIT_TLS_IN_CONTENT_LEN
#define MBEDTLS_SSL_OUT_CONTENT_LEN WHIT_TLS_OUT_CONTENT_LEN

/* Every allocation comes from the arena of the Config in use: port/mbedtls/arena.hpp. */
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif
void *whit_mbedtls_calloc(size_t count, size_t size);
void whit_mbedtls_free(void *block);
#ifdef WHIT_MBEDTLS_OTHER_CALLOC /* whoever else uses this mbedTLS: port/mbedtls/README.md */
void *WHIT_MBEDTLS_OTHER_CALLOC(size_t count, size_t size);
void WHIT_MBEDTLS_OTHER_FREE(void *block);
#endif
#ifdef __cplusplus
}
#endif
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_CALLOC_MACRO whit_mbedtls_calloc
#define MBEDTLS_PLATFORM_FREE_MACRO whit_mbedtls_free

/* The protocol. */
#define MBEDTLS_SSL_TLS_C
#define MBEDTLS_SSL_CLI_C
#define MBEDTLS_SSL_PROTO_TLS1_2
#define MBEDTLS_SSL_EXTENDED_MASTER_SECRET
#define MBEDTLS_SSL_SERVER_NAME_INDICATION
#define MBEDTLS_SSL_MAX_FRAGMENT_LENGTH
#define MBEDTLS_SSL_ALPN
#define MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED
#if WHIT_TLS_SERVER
#define MBEDTLS_SSL_SRV_C
#endif
#if WHIT_TLS_TICKETS || WHIT_TLS_1_3
#define MBEDTLS_SSL_SESSION_TICKETS
#endif
#if WHIT_TLS_PSK
#define MBEDTLS_KEY_EXCHANGE_PSK_ENABLED
#define MBEDTLS_KEY_EXCHANGE_ECDHE_PSK_ENABLED
#endif

#if !WHIT_TLS_RSA && !WHIT_TLS_PSK && !WHIT_TLS_1_3 && !WHIT_TLS_CHACHA && !WHIT_TLS_AES_256 && !WHIT_TLS_P384
/* There is one suite, and mbedTLS's list of all that it knows by number takes 740 bytes. */
#define MBEDTLS_SSL_CIPHERSUITES MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
#endif

/* Ciphers, hashes, curves. */
#define MBEDTLS_CIPHER_C
#define MBEDTLS_AES_C
#define MBEDTLS_BLOCK_CIPHER_NO_DECRYPT /* GCM and CTR need one direction only */
#define MBEDTLS_GCM_C
#define MBEDTLS_MD_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECDH_C
#define MBEDTLS_ECDSA_C
#define MBEDTLS_CTR_DRBG_C
/* With SHA-384 mbedTLS offers AES-256 as well, so it must be there. */
#if !WHIT_TLS_AES_256 && !WHIT_TLS_1_3 && !WHIT_TLS_P384
#define MBEDTLS_AES_ONLY_128_BIT_KEY_LENGTH
#define MBEDTLS_CTR_DRBG_USE_128_BIT_KEY
#endif
#if WHIT_TLS_AES_256 || WHIT_TLS_P384
#define MBEDTLS_SHA384_C
#define MBEDTLS_SHA512_C
#endif
#if WHIT_TLS_P384
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED
#endif
#if WHIT_TLS_CHACHA
#define MBEDTLS_CHACHA20_C
#define MBEDTLS_POLY1305_C
#define MBEDTLS_CHACHAPOLY_C
#endif
#if WHIT_TLS_RSA
#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V15
#define MBEDTLS_PKCS1_V21
#define MBEDTLS_X509_RSASSA_PSS_SUPPORT
#define MBEDTLS_PK_RSA_ALT_SUPPORT
#define MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED
#endif

/* Keys and certificates. Dates are whit's own business (Config::clock()), since a device may have no time at all. */
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_OID_C
#define MBEDTLS_PK_C
#define MBEDTLS_PK_PARSE_C
#define MBEDTLS_X509_USE_C
#define MBEDTLS_X509_CRT_PARSE_C
#define MBEDTLS_X509_REMOVE_INFO
#if WHIT_TLS_PEM
#define MBEDTLS_PEM_PARSE_C
#define MBEDTLS_BASE64_C
#endif

#if WHIT_TLS_1_3
#define MBEDTLS_SSL_PROTO_TLS1_3
#define MBEDTLS_SSL_TLS1_3_COMPATIBILITY_MODE
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_ENABLED
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL_ENABLED
#define MBEDTLS_SSL_RECORD_SIZE_LIMIT
#define MBEDTLS_SSL_KEEP_PEER_CERTIFICATE
#define MBEDTLS_HKDF_C
#define MBEDTLS_PSA_CRYPTO_C
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG /* whit's Drbg */
/* PSA would copy each buffer, the whole output record among them, against callers that change it meanwhile. */
#define MBEDTLS_PSA_ASSUME_EXCLUSIVE_BUFFERS
#define MBEDTLS_PSA_KEY_SLOT_COUNT 8    /* static, so nothing stays in the arena between two connections */
#endif

/* Flash, RAM, speed. */
#define MBEDTLS_HAVE_ASM
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_AES_FEWER_TABLES
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 0
#define MBEDTLS_ECP_WINDOW_SIZE 2
#if WHIT_TLS_FAST
#undef MBEDTLS_AES_FEWER_TABLES
#undef MBEDTLS_AES_ROM_TABLES
#undef MBEDTLS_ECP_FIXED_POINT_OPTIM
#undef MBEDTLS_ECP_WINDOW_SIZE
#define MBEDTLS_ECP_WINDOW_SIZE 4
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 1
#define MBEDTLS_AESNI_C
#else
#define MBEDTLS_SHA256_SMALLER
#define MBEDTLS_SHA512_SMALLER
#endif
#if WHIT_TLS_RESTARTABLE
#define MBEDTLS_ECP_RESTARTABLE
#endif

#endif
