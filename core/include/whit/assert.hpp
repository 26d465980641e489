// Errors of the program itself: on in every test build (WHIT_ASSERTIONS=1), gone elsewhere.
#pragma once

#if defined(WHIT_ASSERTIONS) && WHIT_ASSERTIONS
#define WHIT_ASSERT(condition) ((condition) ? static_cast<void>(0) : __builtin_trap())
#else
#define WHIT_ASSERT(condition) static_cast<void>(0)
#endif
