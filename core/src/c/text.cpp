// Names and sentences for C. They come from literals, so a zero stands behind each.
#include "whit/error.hpp"
#include "whit/status.hpp"
#include "whit/whit.h"

const char* whit_error_name(std::uint8_t error) { return to_string(static_cast<whit::Error>(error)).data(); }
const char* whit_error_text(std::uint8_t error) { return describe(static_cast<whit::Error>(error)).data(); }
const char* whit_status_text(int status) { return describe(static_cast<whit::Status>(status)).data(); }
