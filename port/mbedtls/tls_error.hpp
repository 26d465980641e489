// From mbedTLS's return codes to whit's causes.
#pragma once

#include <mbedtls/ssl.h>

#include "mbedtls/arena.hpp"
#include "mbedtls/tls.hpp"
#include "whit/error.hpp"

namespace whit::mbedtls {

/// All that mbedTLS knows about a failure, read before the context is freed.
Detail explain(const mbedtls_ssl_context& ssl, int code, const Arena& arena);
/// The one cause; tls_failed if there is no better word for it.
Error classify(const mbedtls_ssl_context& ssl, const Detail& detail);

}  // namespace whit::mbedtls
