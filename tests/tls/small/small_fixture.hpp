// A client in the smallest configuration: TLS 1.2, DER only.
#pragma once

#include <string>

#include "tls/tls_fixture.hpp"

namespace whit::test {

class SmallTest : public TlsTest {
 protected:
  SmallTest() {
    peer.versions(TLS1_2_VERSION, TLS1_2_VERSION);
    peer.identity("server");
    config.emplace(mbedtls::Role::client, arena, drbg);
    EXPECT_EQ(config->trust_der(as_bytes(root_)), Error::none);
    config->ignore_dates();
  }
  const std::string root_ = certificate("root.der");
};

}  // namespace whit::test
