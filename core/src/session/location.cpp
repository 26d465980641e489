#include "whit/detail/location.hpp"

#include <cstring>

#include "whit/url.hpp"

namespace whit::detail {
namespace {

// Text that is put together; once it does not fit it stays empty-handed.
class Builder {
 public:
  explicit Builder(MutBytes out) : out_(out) {}
  void add(std::string_view text) {
    if (text.size() > out_.size() - size_) overflow_ = true;
    if (overflow_ || text.empty()) return;
    std::memcpy(out_.data() + size_, text.data(), text.size());
    size_ += text.size();
  }
  void remove_dot_segments(std::size_t from);
  [[nodiscard]] std::size_t size() const { return overflow_ ? 0 : size_; }
  [[nodiscard]] std::string_view text() const { return as_text(Bytes(out_.data(), size())); }

 private:
  MutBytes out_;
  std::size_t size_ = 0;
  bool overflow_ = false;
};

// RFC 3986 5.2.4, in place: what is left is never longer. The path that begins at `from` begins with a slash.
void Builder::remove_dot_segments(std::size_t from) {
  std::size_t end = from;
  for (std::size_t at = from; at < size_;) {
    std::size_t next = at + 1;
    while (next < size_ && out_[next] != '/') ++next;
    const std::string_view segment = as_text(Bytes(out_.data() + at + 1, next - at - 1));
    const bool up = segment == "..";
    if (up) {
      while (end > from && out_[--end] != '/') {
      }
    }
    if (!up && segment != ".") {
      std::memmove(out_.data() + end, out_.data() + at, next - at);
      end += next - at;
    } else if (next == size_) {
      out_[end++] = '/';
    }
    at = next;
  }
  size_ = end;
}

std::string_view before(std::string_view text, const char* stops) {
  const std::size_t end = text.find_first_of(stops);
  return end == std::string_view::npos ? text : std::string_view(text.data(), end);
}

std::string_view behind(std::string_view text, std::size_t n) { return {text.data() + n, text.size() - n}; }

// RFC 3986 3.1: letters, digits and "+-." before the first colon.
bool has_scheme(std::string_view text) {
  const std::string_view head = before(text, ":/?#");
  return head.size() < text.size() && text[head.size()] == ':';
}

}  // namespace

std::size_t resolve_location(std::string_view base, std::string_view location, MutBytes memory) {
  Builder out(memory);
  location = before(location, "#");
  const std::string_view scheme = before(base, ":");
  const std::string_view base_rest = behind(base, scheme.size() + 3);  // "://": base was connected to
  const std::string_view authority = before(base_rest, "/?");
  const std::string_view base_tail = behind(base_rest, authority.size());
  const std::string_view base_path = before(base_tail, "?");

  if (has_scheme(location)) {
    out.add(location);
  } else if (location.size() >= 2 && location[0] == '/' && location[1] == '/') {
    out.add(scheme);
    out.add(":");
    out.add(location);
  } else {
    out.add(scheme);
    out.add("://");
    out.add(authority);
    const std::size_t from = out.size();
    const std::string_view path = before(location, "?");
    if (path.empty()) {
      out.add(base_path);
      out.add(location.empty() ? behind(base_tail, base_path.size()) : location);
    } else {
      // A relative path takes the place of what stands behind the last slash of the base.
      const std::size_t slash = base_path.rfind('/');
      if (path.front() != '/') {
        out.add(slash == std::string_view::npos ? std::string_view() : std::string_view(base_path.data(), slash));
        out.add("/");
      }
      out.add(path);
      out.remove_dot_segments(from);
      out.add(behind(location, path.size()));
    }
  }
  Url url;
  return parse_url(out.text(), url) == UrlError::none ? out.size() : 0;
}

}  // namespace whit::detail
