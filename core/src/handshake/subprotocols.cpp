// What SubprotocolOptions add to the handshake.
#include "handshake/subprotocols.hpp"

#include "handshake/sink.hpp"
#include "whit/limits.hpp"
#include "wire/fields.hpp"

namespace whit::detail {

namespace {

const Span<const std::string_view>& names_of(const ConnectOptions& options) {
  return static_cast<const SubprotocolOptions&>(options).subprotocols;
}

void show_as_it_is(const ConnectOptions&, Url::Shown&) {}

}  // namespace

// RFC 6455 4.1: tokens, all different. Names that differ in case only would confuse everybody.
Status check_subprotocols(const ConnectOptions& options) {
  const Span<const std::string_view>& names = names_of(options);
  for (const std::string_view* name = names.begin(); name != names.end(); ++name) {
    if (name->size() > kMaxSubprotocol || !is_token(*name) || find_text(names.begin(), name, *name, kAnyCase) != name)
      return Status::bad_subprotocol;
  }
  return Status::ok;
}

void put_subprotocols(const ConnectOptions& options, Sink& sink) {
  const char* text = "\r\nSec-WebSocket-Protocol: ";
  for (const std::string_view& name : names_of(options)) {
    sink.put(text, name.data(), name.size());
    text = ", ";
  }
}

// RFC 6455 4.1: exactly one, and one of those offered.
const std::string_view* choose_subprotocol(const ConnectOptions& options, const std::string_view& answer) {
  const Span<const std::string_view>& names = names_of(options);
  const std::string_view* const chosen = find_text(names.begin(), names.end(), answer, kExactly);
  return chosen != names.end() ? chosen : nullptr;
}

const RequestFields kSubprotocolFields = {check_subprotocols, show_as_it_is, put_subprotocols, choose_subprotocol};

}  // namespace whit::detail
