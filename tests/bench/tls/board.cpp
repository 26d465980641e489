// What the application and its board would bring beside the network.
#include "whit/bytes.hpp"

extern const whit::Bytes the_authority;
const whit::Bytes the_authority;

// Firmware never exits, so nothing is to be destructed then.
extern "C" {
void* __dso_handle = nullptr;
int __aeabi_atexit(void*, void (*)(void*), void*) { return 0; }
}
