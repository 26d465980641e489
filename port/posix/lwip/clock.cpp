#include "posix/clock.hpp"

#include "lwip/sys.h"

namespace whit::posix {

Instant now() { return {sys_now()}; }

}  // namespace whit::posix
