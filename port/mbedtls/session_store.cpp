#include "mbedtls/session_store.hpp"

#include <mbedtls/platform_util.h>

#include <cstring>

namespace whit::mbedtls {
namespace {

constexpr std::uint8_t kMagic[4] = {'w', 'h', 's', '1'};

// Its secrets are wiped when it goes out of scope.
class Session {
 public:
  Session() { mbedtls_ssl_session_init(&session_); }
  ~Session() { mbedtls_ssl_session_free(&session_); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  mbedtls_ssl_session* get() { return &session_; }

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

void SessionStore::save(const mbedtls_ssl_context& ssl, const std::uint8_t* tag) {
  Session session;
  if (mbedtls_ssl_get_session(&ssl, session.get()) != 0) return;
  clear();
  std::size_t written = 0;
  const std::size_t room = memory_.size() > kHeader ? memory_.size() - kHeader : 0;
  const int result = mbedtls_ssl_session_save(session.get(), room != 0 ? memory_.data() + kHeader : nullptr, room, &written);
  needed_ = kHeader + written;
  if (result != 0) return clear();
  std::memcpy(memory_.data(), kMagic, sizeof kMagic);
  std::memcpy(memory_.data() + sizeof kMagic, tag, kTagSize);
  size_ = needed_;
}

bool SessionStore::load(mbedtls_ssl_context& ssl, const std::uint8_t* tag) const {
  if (size_ <= kHeader || std::memcmp(memory_.data() + sizeof kMagic, tag, kTagSize) != 0) return false;
  Session session;
  return mbedtls_ssl_session_load(session.get(), memory_.data() + kHeader, size_ - kHeader) == 0 &&
         mbedtls_ssl_set_session(&ssl, session.get()) == 0;
}

}  // namespace whit::mbedtls
