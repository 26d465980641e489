// What the code generator can do, decided once.
#pragma once

#include <cstddef>
#include <cstdint>

// Word-wise loops pay where a word may be read at any address in one instruction. Elsewhere (Cortex-M0+, most RISC-V)
// the compiler would call memcpy for each word, and bytes are faster.
#if defined(__x86_64__) || defined(__i386__) || defined(__aarch64__) || defined(__ARM_FEATURE_UNALIGNED)
#define WHIT_WORDS 1
#else
#define WHIT_WORDS 0
#endif

// Built for size, everything exists once. Built for speed, the common cases have short ways of their own.
#if defined(__OPTIMIZE_SIZE__)
#define WHIT_SMALL 1
#define WHIT_HOT inline
#define WHIT_CAREFUL
#define WHIT_ONCE __attribute__((noinline))  // where the compiler thinks that several copies are smaller
#else
#define WHIT_SMALL 0
#define WHIT_HOT inline __attribute__((always_inline))
#define WHIT_CAREFUL __attribute__((noinline))  // so that the short way needs no registers of the careful one
#define WHIT_ONCE
#endif

namespace whit::detail {

using Word = std::size_t;

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
inline constexpr bool kBigEndian = true;
#else
inline constexpr bool kBigEndian = false;
#endif

}  // namespace whit::detail
