// What to tell a person who sits at the command line.
#pragma once

#include <string_view>

#include "whit/error.hpp"

namespace wscat {

/// What happened. As whit::describe(), but without what only a programmer can change.
std::string_view sentence(whit::Error error);
/// What to do about it, beyond that; empty if there is nothing to say. `follows`: with --redirects.
std::string_view advice(whit::Error error, unsigned status, bool follows);

}  // namespace wscat
