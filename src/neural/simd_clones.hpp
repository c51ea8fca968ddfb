#pragma once

/// Before a function: compiled once for each of these instruction sets, the best one taken when the program runs. Not under the
/// sanitizers, which are not ready yet when the choice is made.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define CARILLON_SIMD_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CARILLON_SIMD_CLONES
#endif
