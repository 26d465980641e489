#include "whit/url.hpp"

#include "whit/detail/url_reader.hpp"

namespace whit {

UrlError parse_url(std::string_view text, Url& url) {
  return detail::read_url(text.data(), text.data() + text.size(), url);
}

}  // namespace whit
