#include "common/explain.hpp"
#include "common/text.hpp"

namespace app {

void print_error(whit::Error error) { Line() << "error: " << static_cast<std::uint32_t>(error) << "\n"; }

void print_status(std::string_view what, whit::Status status) {
  Line() << what << ": status " << static_cast<std::uint32_t>(status) << "\n";
}

}  // namespace app
