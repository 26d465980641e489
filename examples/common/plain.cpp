// ws://
#include "board.hpp"
#include "common/connection.hpp"

namespace app {

whit::Transport& transport() { return whit::board::tcp(); }
whit::Entropy entropy() { return whit::board::entropy(); }
void print_memory() {}

}  // namespace app
