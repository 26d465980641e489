#!/usr/bin/env bash
# What each switch of port/mbedtls/config/whit_mbedtls_config.h adds on a Cortex-M3 to the smallest configuration.
set -eu
cd "$(dirname "$0")/../.."
cmake --preset size-m3 >/dev/null
cmake --build build/size-m3 --target tls_options tls_small_client tls_small_measure >/dev/null
/usr/bin/python3 tests/bench/tls.py build/size-m3 --options
