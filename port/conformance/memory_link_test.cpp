// The in-memory link of the tests against the same suite: what the core is tested with keeps the same contract.
#include "memory_rig.hpp"

namespace whit::conformance {
namespace {

using test::Holding;

INSTANTIATE_TEST_SUITE_P(MemoryLink, TransportConformance,
                         testing::Values(rig<MemoryRig>("copying", Holding::none, 0),
                                         rig<MemoryRig>("copying_chunks_of_1", Holding::none, 1),
                                         rig<MemoryRig>("sealing_chunks_of_7", Holding::sealed, 7),
                                         rig<MemoryRig>("referring_chunks_of_100", Holding::reference, 100)),
                         rig_name);

}  // namespace
}  // namespace whit::conformance
