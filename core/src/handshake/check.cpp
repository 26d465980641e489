#include "whit/detail/client_handshake.hpp"
#include "wire/fields.hpp"

namespace whit::detail {

namespace {

// RFC 6455 4.1: tokens, all different. Names that differ in case only would confuse everybody.
bool check_subprotocols(const Span<const std::string_view>& names) {
  for (const std::string_view* name = names.begin(); name != names.end(); ++name) {
    if (!is_token(*name)) return false;
    for (const std::string_view* other = names.begin(); other != name; ++other) {
      if (equal_names(*name, *other)) return false;
    }
  }
  return true;
}

}  // namespace

Status ClientHandshake::check(const ConnectOptions& options) {
  if (!check_subprotocols(options.subprotocols)) return Status::bad_subprotocol;
  if (options.fields_ == nullptr) return Status::ok;
  return options.fields_->check(static_cast<const ClientOptions&>(options));
}

}  // namespace whit::detail
