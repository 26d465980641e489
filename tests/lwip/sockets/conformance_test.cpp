// posix::Tcp over lwIP's sockets against the suite of all transports.
#include "far_end.hpp"
#include "socket_rig.hpp"

namespace whit::conformance {
namespace {

using SocketsRig = SocketRig<sockets_test::FarListener, sockets_test::FarSocket>;
INSTANTIATE_TEST_SUITE_P(LwipSockets, TransportConformance,
                         testing::Values(rig<SocketsRig>("buffer_of_1", 1, 5000),
                                         rig<SocketsRig>("buffer_of_1000", 1000, 1u << 20)),
                         rig_name);

}  // namespace
}  // namespace whit::conformance
