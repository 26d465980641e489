#include "common/explain.hpp"
#include "common/text.hpp"

namespace app {

void print_error(whit::Error error) { Line() << "error: " << to_string(error) << ": " << describe(error) << "\n"; }

void print_status(std::string_view what, whit::Status status) {
  Line() << what << ": " << to_string(status) << ": " << describe(status) << "\n";
}

}  // namespace app
