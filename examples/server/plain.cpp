// http:// and ws://
#include "board.hpp"
#include "server/connection.hpp"

namespace app {

whit::Transport& transport(std::size_t which) { return whit::board::tcp(which); }
whit::Entropy entropy() { return whit::board::entropy(); }
std::string_view scheme() { return "http"; }
bool accept(std::size_t which) { return whit::board::accept(which); }
void print_memory() {}

}  // namespace app
