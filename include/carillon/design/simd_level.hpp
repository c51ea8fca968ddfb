#pragma once

#include <string>
#include <vector>

namespace carillon {

/// The instruction sets the moment kernels are compiled for. Results of different levels may differ in the last digits;
/// within one level nothing but the input matters.
enum class SimdLevel {
  portable,  ///< what every machine of the architecture has; two doubles a vector
  avx2,      ///< AVX2 and FMA; four doubles
  avx512,    ///< AVX-512 F, DQ, VL, BW; eight doubles
};

/// Whether this machine, and this build, can run a level.
bool is_supported(SimdLevel level);

/// All supported levels, the slowest first.
std::vector<SimdLevel> supported_simd_levels();

/// The fastest supported level, unless the environment variable CARILLON_SIMD names another one.
/// @throws InputError  CARILLON_SIMD is no level, or one this machine does not support
SimdLevel default_simd_level();

const char* to_string(SimdLevel level);
/// @throws InputError  not `portable`, `avx2` or `avx512`
SimdLevel simd_level(const std::string& name);

}  // namespace carillon
