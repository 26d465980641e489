#if defined(__unix__) || defined(__APPLE__)
#include "mbedtls/system_trust.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace whit::mbedtls {
namespace {

constexpr const char* kPlaces[] = {
    "/etc/ssl/certs/ca-certificates.crt",  // Debian, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",    // Fedora
    "/etc/ssl/ca-bundle.pem",              // SUSE
    "/etc/ssl/cert.pem",                   // macOS, BSD
};

int open_bundle() {
  const char* chosen = std::getenv("SSL_CERT_FILE");
  if (chosen != nullptr) return ::open(chosen, O_RDONLY | O_CLOEXEC);
  for (const char* place : kPlaces) {
    const int fd = ::open(place, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) return fd;
  }
  return -1;
}

}  // namespace

Error trust_system(Config& config) {
  const int fd = open_bundle();
  struct stat info {};
  if (fd < 0 || ::fstat(fd, &info) != 0 || info.st_size <= 0) {
    if (fd >= 0) ::close(fd);
    return Error::tls_no_anchor;
  }
  const auto size = static_cast<std::size_t>(info.st_size);
  void* bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  ::close(fd);
  if (bytes == MAP_FAILED) return Error::tls_no_anchor;
  const Error error = config.trust_pem({static_cast<const char*>(bytes), size});
  ::munmap(bytes, size);
  return error;
}

}  // namespace whit::mbedtls
#endif
