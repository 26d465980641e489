// Any text as a URL: what is accepted lies within it, and has no byte that could break a request.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "whit/url.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

bool within(std::string_view part, std::string_view all) {
  return part.empty() || (part.data() >= all.data() && part.data() + part.size() <= all.data() + all.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::unique_ptr<char[]> copy(new char[size]);
  if (size != 0) std::memcpy(copy.get(), data, size);
  const std::string_view text(copy.get(), size);
  whit::Url url;
  if (whit::parse_url(text, url) != whit::UrlError::none) return 0;
  require(within(url.host, text) && within(url.path, text) && within(url.query, text));
  require(!url.host.empty() && url.port != 0 && url.host.size() <= whit::kMaxHostLength);
  require(url.path.empty() || url.path[0] == '/');
  for (const char c : text) require(c > ' ' && c <= '~' && c != '#');
  return 0;
}
