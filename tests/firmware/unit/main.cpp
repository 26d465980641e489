// The unit tests as an image; "filter=PATTERN" is --gtest_filter.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "board.hpp"

namespace {

std::string filter() {
  const std::string chosen(whit::board::argument("filter", "*"));
  return chosen + (chosen.find('-') == std::string::npos ? "-" : ":") + WHIT_LEFT_OUT;
}

}  // namespace

int main(int argc, char** argv) {
  whit::board::start(argc, argv);
  char name[] = "unit_tests";
  char* names[] = {name, nullptr};
  int count = 1;
  testing::InitGoogleTest(&count, names);
  testing::GTEST_FLAG(filter) = filter();
  const int status = RUN_ALL_TESTS();
  std::fflush(stdout);
  whit::board::end(status == 0);
}
