// http:// and ws://
#include "board.hpp"
#include "server/connection.hpp"

namespace app {

whit::Transport& transport() { return whit::board::tcp(); }
whit::Entropy entropy() { return whit::board::entropy(); }
std::string_view scheme() { return "http"; }
bool accept() { return whit::board::accept(); }
void print_memory() {}

}  // namespace app
