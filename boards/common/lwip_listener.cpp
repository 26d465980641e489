// The server's half of board.hpp: images of clients do without.
#include "board.hpp"
#include "lwip/tcp_listener.hpp"
#include "lwip_options.hpp"

namespace whit::board {
namespace {

struct Connection {
  lwip::Tcp tcp{tcp_options()};
};

lwip::TcpListener listener;
Connection further[kConnections - 1];

}  // namespace

Transport& tcp(std::size_t which) { return which == 0 ? tcp() : further[which - 1].tcp; }

bool listen(std::uint16_t port) { return listener.listen(port) == Status::ok; }
bool accept(std::size_t which) { return listener.accept(static_cast<lwip::Tcp&>(tcp(which))); }

}  // namespace whit::board
