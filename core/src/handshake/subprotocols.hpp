// What SubprotocolOptions add to the handshake: see RequestFields.
#pragma once

#include "whit/options.hpp"

namespace whit::detail {

Status check_subprotocols(const ConnectOptions& options);
void put_subprotocols(const ConnectOptions& options, Sink& sink);
const std::string_view* choose_subprotocol(const ConnectOptions& options, const std::string_view& answer);

}  // namespace whit::detail
