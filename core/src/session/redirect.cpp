// Following redirects (RFC 9110 15.4), when the application allows it.
#include "engine/hash.hpp"
#include "whit/detail/location.hpp"
#include "whit/refusal.hpp"
#include "whit/session.hpp"
#include "whit/url.hpp"

namespace whit {
namespace {

bool is_redirect(std::uint16_t status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_host(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

}  // namespace

// True if the next attempt goes where the server said, at once.
bool Session::follow_redirect(Instant now) {
  const Refusal* refusal = given_.refusal;
  if (cause_.error != Error::bad_status || !is_redirect(cause_.http_status) || refusal == nullptr) return false;
  if (hops_ >= options_.max_redirects || refusal->location().empty()) return false;
  const std::size_t size = options_.redirect_memory.size() / 2;
  const MutBytes memory(options_.redirect_memory.data() + (half_ ? 0 : size), size);
  const std::size_t length = detail::resolve_location(url_, refusal->location(), memory);
  if (length == 0) return false;
  const std::string_view target = as_text(Bytes(memory.data(), length));
  Url from, to;
  if (parse_url(url_, from) != UrlError::none || parse_url(target, to) != UrlError::none) return false;
  if (from.secure && !to.secure && !options_.redirect_to_plain) return false;
  const Transport* other = options_.other_transport;
  if (to.secure != socket_.transport().secure() && (other == nullptr || other->secure() != to.secure)) return false;
  // Brent's way to find a loop: one URL is remembered, a later one each time the number of hops has doubled.
  const std::uint32_t mark = detail::hash(detail::kHashStart, as_bytes(target).data(), target.size());
  if (hops_ == 0) loop_mark_ = detail::hash(detail::kHashStart, as_bytes(url_).data(), url_.size());
  if (mark == loop_mark_) return false;
  if (from.secure != to.secure || from.port != to.port || !same_host(from.host, to.host)) drop_credentials();
  half_ = !half_;
  url_ = target;
  ++hops_;
  if ((hops_ & (hops_ - 1)) == 0) loop_mark_ = mark;
  pause(now, 0);
  return true;
}

// Another origin gets nothing that was meant for this one (RFC 9110 15.4): which of the extra fields are secrets, only
// the application knows, so none is sent.
void Session::drop_credentials() {
  client_.user = client_.password = client_.bearer = client_.cookie = client_.host = {};
  client_.headers = {};
}

}  // namespace whit
