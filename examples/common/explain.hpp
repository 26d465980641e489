// How errors are told: in words, or as numbers where the words do not fit. Which of the two is linked is the board's choice.
#pragma once

#include <string_view>

#include "whit/error.hpp"
#include "whit/status.hpp"

namespace app {

/// One line: "error: bad_accept: ..." or "error: 105" (see whit/error.hpp).
void print_error(whit::Error error);
/// One line: what was done, and the Status that was returned.
void print_status(std::string_view what, whit::Status status);

}  // namespace app
