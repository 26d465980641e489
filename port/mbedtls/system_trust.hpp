// The authorities that the operating system trusts.
#pragma once

#include "mbedtls/config.hpp"

namespace whit::mbedtls {

/// Adds the system's bundle of trust anchors on POSIX: the file that the environment variable SSL_CERT_FILE names, or
/// else the first that exists of the places where distributions put it. The arena has to hold some 150 certificates: 1
/// MiB. none; tls_no_anchor if there is no bundle; tls_out_of_arena; tls_bad_certificate_data.
Error trust_system(Config& config);

}  // namespace whit::mbedtls
