#include "mbedtls/session_store.hpp"

#include <mbedtls/platform_util.h>

#include <cstring>

namespace whit::mbedtls {
namespace {

constexpr std::uint8_t kMagic[4] = {'w', 'h', 's', '1'};
constexpr std::uint32_t kWeek = 7 * 86400;

// Its secrets are wiped when it goes out of scope.
class Session {
 public:
  Session() { mbedtls_ssl_session_init(&session_); }
  ~Session() { mbedtls_ssl_session_free(&session_); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  mbedtls_ssl_session* get() { return &session_; }
  // Seconds for which it may be resumed. A ticket of TLS 1.3 with a lifetime of 0 is to be thrown away; in TLS 1.2 that
  // only means that the server does not tell (RFC 8446 4.6.1, RFC 5077 3.3).
  [[nodiscard]] std::uint32_t lifetime() const {
#if defined(MBEDTLS_SSL_SESSION_TICKETS)
    const std::uint32_t told = session_.MBEDTLS_PRIVATE(ticket_lifetime);
    const bool is_1_3 = session_.MBEDTLS_PRIVATE(tls_version) == MBEDTLS_SSL_VERSION_TLS1_3;
    if (told != 0 || is_1_3) return told < kWeek ? told : kWeek;
#endif
    return kWeek;
  }

 private:
  mbedtls_ssl_session session_;
};

}  // namespace

bool SessionStore::import(Bytes data) {
  clear();
  if (data.size() <= kHeader || data.size() > memory_.size() || std::memcmp(data.data(), kMagic, sizeof kMagic) != 0) {
    return false;
  }
  std::memmove(memory_.data(), data.data(), data.size());
  size_ = data.size();
  return true;
}

void SessionStore::clear() {
  if (!memory_.empty()) mbedtls_platform_zeroize(memory_.data(), memory_.size());
  size_ = 0;
}

void SessionStore::save(const mbedtls_ssl_context& ssl, const std::uint8_t* tag, std::uint64_t now) {
  Session session;
  if (mbedtls_ssl_get_session(&ssl, session.get()) != 0) return;
  clear();
  const std::uint32_t lifetime = session.lifetime();
  if (lifetime == 0) return;
  std::size_t written = 0;
  const std::size_t room = memory_.size() > kHeader ? memory_.size() - kHeader : 0;
  std::uint8_t* const body = room != 0 ? memory_.data() + kHeader : nullptr;
  const int result = mbedtls_ssl_session_save(session.get(), body, room, &written);
  needed_ = kHeader + written;
  if (result != 0) return clear();
  const std::uint64_t until = now != 0 ? now + lifetime : 0;
  std::uint8_t* out = memory_.data();
  std::memcpy(out, kMagic, sizeof kMagic);
  std::memcpy(out + sizeof kMagic, tag, kTagSize);
  std::memcpy(out + sizeof kMagic + kTagSize, &until, sizeof until);
  size_ = needed_;
}

bool SessionStore::load(mbedtls_ssl_context& ssl, const std::uint8_t* tag, std::uint64_t now) const {
  if (size_ <= kHeader || std::memcmp(memory_.data() + sizeof kMagic, tag, kTagSize) != 0) return false;
  std::uint64_t until = 0;
  std::memcpy(&until, memory_.data() + sizeof kMagic + kTagSize, sizeof until);
  if (now != 0 && until != 0 && (now >= until || until - now > kWeek)) return false;
  Session session;
  return mbedtls_ssl_session_load(session.get(), memory_.data() + kHeader, size_ - kHeader) == 0 &&
         mbedtls_ssl_set_session(&ssl, session.get()) == 0;
}

}  // namespace whit::mbedtls
