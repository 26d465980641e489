#include "common/explain.hpp"
#include "common/text.hpp"

namespace app {
namespace {

// A sentence may be longer than a Line.
void print_sentence(std::string_view sentence) {
  whit::board::print(sentence);
  whit::board::print("\n");
}

}  // namespace

void print_error(whit::Error error) {
  Line() << "error: " << to_string(error) << ": ";
  print_sentence(describe(error));
}

void print_status(std::string_view what, whit::Status status) {
  Line() << what << ": " << to_string(status) << ": ";
  print_sentence(describe(status));
}

}  // namespace app
