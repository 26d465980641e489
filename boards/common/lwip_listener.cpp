// The server's half of board.hpp: images of clients do without.
#include "board.hpp"
#include "lwip/tcp.hpp"
#include "lwip/tcp_listener.hpp"

namespace whit::board {
namespace {

lwip::TcpListener listener;

}  // namespace

bool listen(std::uint16_t port) { return listener.listen(port) == Status::ok; }
bool accept() { return listener.accept(static_cast<lwip::Tcp&>(tcp())); }

}  // namespace whit::board
